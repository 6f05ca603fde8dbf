//! Which system the numbers of a file are in: what was asked for, what the file declares, and what the numbers allow.
//!
//! A declaration that the numbers contradict is not obeyed: degrees are never metres, and a zone before the easting (8
//! digits, 37 429 898) is never left out by chance.

use super::declared::Declared;
use super::{Kind, System, Transverse};
use crate::base::Text;
use crate::geometry::Bounds;
use crate::io::Policy;
use crate::io::layer::Reading;

/// The system a file is read in.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::io) struct Decision {
    pub(in crate::io) system: System,
    /// North stands before east.
    pub(in crate::io) swapped: bool,
    /// What was assumed against the file, if anything.
    pub(in crate::io) note: Option<Text>,
}

/// Why the numbers cannot be placed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::io) enum Unclear {
    /// Metres east and north of a zone that nothing names.
    Zone {
        /// North stands before east.
        swapped: bool,
    },
    /// A declared system that is not known, and numbers that fit no other.
    Unknown(Text),
    /// Shifted degrees, and the administrator does not allow to convert them: why.
    Forbidden(Text),
}

/// What numbers look like, east first unless swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    Degrees,
    /// Gauss–Krüger with the number of the zone before the easting.
    Prefixed(u32),
    /// Six digits east and up to seven north: Gauss–Krüger or UTM without a zone.
    Zoneless,
    WebMercator,
    Nothing,
}

/// Decides on a sample of positions, as far as the administrator allows.
pub(in crate::io) fn decide(reading: &Reading, declared: &Declared, sample: &[[f64; 2]]) -> Result<Decision, Unclear> {
    let decision = told(reading.system.as_ref(), declared, sample)?;
    let forbidden = Policy::machine().keeps_shifted.as_ref().filter(|_| decision.system.is_shifted());
    match forbidden.filter(|_| !reading.compares) {
        Some(why) => Err(Unclear::Forbidden(why_kept(&decision.system, why))),
        None => Ok(decision),
    }
}

/// Why a file stays closed, and what to ask for instead.
fn why_kept(System { name, .. }: &System, why: &Text) -> Text {
    Text::new(
        format!(
            "its coordinates are in {name} and are not converted out of it: {}. Ask for the layer in CGCS2000",
            why.en
        ),
        format!("其坐标为 {name},不予换算:{}。请向数据提供方索取 CGCS2000 坐标的图层", why.zh),
    )
}

/// What the file, its numbers and the user say.
fn told(asked: Option<&System>, declared: &Declared, sample: &[[f64; 2]]) -> Result<Decision, Unclear> {
    let (looks, swapped) = look(sample);
    let found = |system: System, note| Ok(Decision { system, swapped, note });
    if sample.is_empty() {
        // Nothing is to be placed; why nothing is left is said elsewhere.
        return found(System::degrees("-"), None);
    }
    if let Some(system) = asked {
        // Control points have their numbers in the order of the file.
        let swapped = swapped && !matches!(system.kind, Kind::Fitted(_));
        return Ok(Decision { system: system.clone(), swapped, note: None });
    }
    let told = match declared {
        Declared::Known(system) if fits(system, looks) => return found(system.clone(), None),
        Declared::Known(system) => Some(system.name.clone()),
        Declared::Unknown(name) => Some(name.clone()),
        Declared::Nothing => None,
    };
    let against = |seen: &str, zh: &str| {
        told.as_ref().map(|told| {
            Text::new(
                format!("it declares {told}, but its numbers are {seen}; read as such"),
                format!("文件声明坐标系为 {told},但数值为{zh};已按数值读取"),
            )
        })
    };
    match looks {
        // A name this program does not know, over numbers that are degrees: as near as can be told.
        Looks::Degrees => {
            let name = told.as_ref().map_or_else(|| "WGS 84 (assumed)".to_owned(), |told| format!("degrees ({told})"));
            found(System::degrees(name), against("degrees of longitude and latitude", "经纬度"))
        }
        Looks::Prefixed(zone) => {
            let code = if zone < 24 { 4491 + zone - 13 } else { 4513 + zone - 25 };
            let Some(system) = System::epsg(code) else { return Err(Unclear::Zone { swapped }) };
            let note = against(&format!("metres of zone {zone}"), &format!("第 {zone} 带的米制坐标"));
            let note = note.or_else(|| Some(taken(&system, "the zone before the easting", "东坐标前的带号")));
            found(system, note)
        }
        Looks::WebMercator if told.is_none() || matches!(declared, Declared::Known(_)) => {
            let system = System { name: "EPSG:3857".to_owned(), kind: Kind::WebMercator, datum: None };
            let note = against("metres of Web Mercator", "Web 墨卡托米制坐标");
            let note = note.or_else(|| Some(taken(&system, "the size of its numbers", "数值大小")));
            found(system, note)
        }
        Looks::Zoneless if let Some((system, projection)) = transverse(declared) => {
            let kind = Kind::Transverse(projection.without_zone());
            let note = against("metres without a zone before the easting", "不带带号的米制坐标");
            found(System { kind, ..system.clone() }, note)
        }
        Looks::Zoneless if told.is_none() || matches!(declared, Declared::Known(_)) => Err(Unclear::Zone { swapped }),
        _ => Err(Unclear::Unknown(match told {
            Some(told) => Text::new(
                format!(
                    "its coordinates are in {told}, which is not known here. Save the layer in CGCS2000 (EPSG:4490), or say \
                     what it is with --crs FILE=EPSG"
                ),
                format!("坐标系为 {told},无法识别。请另存为 CGCS2000(EPSG:4490),或用 --crs 文件=EPSG 指定"),
            ),
            None => Text::new(
                "its coordinates are neither degrees nor metres of a known system. Save the layer in CGCS2000 \
                 (EPSG:4490), say what it is with --crs FILE=EPSG, or fit it with --control FILE=POINTS",
                "坐标既不是经纬度,也不是已知坐标系的米制坐标。请另存为 CGCS2000(EPSG:4490),用 --crs 文件=EPSG 指定,\
                 或用 --control 文件=控制点 拟合",
            ),
        })),
    }
}

/// The system of metres without a zone (west, south, east, north) that lays them on a box: Gauss–Krüger in 3° zones, unless
/// UTM fits far better. `None` where no zone brings it near.
pub(in crate::io) fn guess_zone([west, south, east, north]: [f64; 4], on: Bounds) -> Option<System> {
    /// Corners may be off by so much, degrees: layers of one city need not reach equally far.
    const WITHIN: f64 = 0.5;
    if on.is_empty() {
        return None;
    }
    let off = |system: &System| {
        let [[left, bottom], [right, top]] = [[west, south], [east, north]].map(|place| system.to_degrees(place));
        let all = [left - on.min.lon(), bottom - on.min.lat(), right - on.max.lon(), top - on.max.lat()];
        all.iter().map(|part| part.abs()).sum::<f64>() / 4.0
    };
    let best = |codes: std::ops::RangeInclusive<u32>| {
        let all = codes.filter_map(System::epsg).map(|system| (off(&system), system));
        all.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let ((gauss, zone), (utm, grid)) = (best(4534..=4554)?, best(32_643..=32_653)?);
    if utm * 5.0 < gauss && utm < WITHIN {
        return Some(grid);
    }
    (gauss < WITHIN).then_some(zone)
}

fn taken(system: &System, en: &str, zh: &str) -> Text {
    let name = &system.name;
    Text::new(
        format!("no coordinate system is declared; read as {name} by {en}"),
        format!("未声明坐标系;已根据{zh}按 {name} 读取"),
    )
}

/// The projection of a declared system.
fn transverse(declared: &Declared) -> Option<(&System, Transverse)> {
    let Declared::Known(system) = declared else { return None };
    if let Kind::Transverse(projection) = system.kind { Some((system, projection)) } else { None }
}

/// Whether numbers can be of a system.
fn fits(system: &System, looks: Looks) -> bool {
    match (&system.kind, looks) {
        (_, Looks::Nothing) => true,
        (_, Looks::Degrees) => system.in_degrees(),
        (Kind::Transverse(projection), Looks::Prefixed(zone)) => projection.false_east() as u32 / 1_000_000 == zone,
        (Kind::Transverse(projection), _) => projection.false_east() < 1e6 || looks != Looks::Zoneless,
        (Kind::WebMercator, _) => true,
        _ => false,
    }
}

/// What most of the numbers look like, and whether north stands first.
fn look(sample: &[[f64; 2]]) -> (Looks, bool) {
    let mut counts: Vec<((Looks, bool), usize)> = Vec::new();
    for &[x, y] in sample.iter().filter(|place| place.iter().all(|number| number.is_finite())) {
        let seen = match look_at([x, y]) {
            Looks::Nothing => (look_at([y, x]), true),
            looks => (looks, false),
        };
        match counts.iter_mut().find(|(known, _)| *known == seen) {
            Some((_, count)) => *count += 1,
            None => counts.push((seen, 1)),
        }
    }
    let most = counts.into_iter().max_by_key(|&(_, count)| count);
    most.map_or((Looks::Nothing, false), |(seen, _)| if seen.0 == Looks::Nothing { (seen.0, false) } else { seen })
}

fn look_at([x, y]: [f64; 2]) -> Looks {
    // The northernmost place of China is 5.94 million metres from the equator, its southernmost 0.4 million.
    let north = (3e5..6.2e6).contains(&y);
    let easting = x.rem_euclid(1e6);
    let zone = (x / 1e6) as u32;
    let offset = (1e5..9e5).contains(&easting);
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        Looks::Degrees
    } else if north && offset && matches!(zone, 16..=23 | 25..=45) {
        Looks::Prefixed(zone)
    } else if x.abs() < 2.01e7
        && y.abs() < 2.01e7
        && x.abs() > 1e6
        && (y.abs() > 1e6 || x.abs() > 6.2e6)
        && !swapped(x, y)
    {
        Looks::WebMercator
    } else if north && (1e5..9e5).contains(&x) {
        Looks::Zoneless
    } else {
        Looks::Nothing
    }
}

/// Whether a pair is north before east of a zone: Web Mercator cannot be told from it where both have seven digits, so a
/// six- or eight-digit second number decides.
fn swapped(x: f64, y: f64) -> bool {
    (3e5..6.2e6).contains(&x) && ((1e5..9e5).contains(&y) || (1.6e7..4.6e7).contains(&y))
}
