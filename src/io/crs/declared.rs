//! What a file says about its coordinate system: a number of EPSG, a name, or well-known text.

use super::{Kind, Parameters, System, Transverse};

/// A coordinate system as a file declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::io) enum Declared {
    /// Nothing is said; `GeoJSON`, KML and the like are then WGS 84 by their standards.
    #[default]
    Nothing,
    /// One this program knows.
    Known(System),
    /// One it does not know, by its name.
    Unknown(String),
}

/// Deepest nesting of well-known text that is looked into.
const DEPTH: usize = 16;
/// Longest well-known text that is looked at, bytes.
const LONGEST: usize = 64 << 10;

impl Declared {
    /// From a name: `urn:ogc:def:crs:EPSG::4546`, `EPSG:4490`, `GCJ-02`, or well-known text.
    pub(in crate::io) fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        if let Some(system) = System::named(text) {
            return Self::Known(system);
        }
        let short = || text.chars().filter(|c| !c.is_control()).take(80).collect::<String>();
        match text.get(..text.len().min(LONGEST)).and_then(Node::read) {
            Some(node) => node.system().map_or_else(Self::Unknown, Self::Known),
            None => Self::Unknown(short()),
        }
    }

    /// From a number of EPSG.
    pub(in crate::io) fn epsg(code: u32) -> Self {
        System::epsg(code).map_or_else(|| Self::Unknown(format!("EPSG:{code}")), Self::Known)
    }
}

/// A keyword of well-known text (OGC 01-009, ISO 19162) with what stands in its brackets.
#[derive(Debug, Default)]
struct Node<'a> {
    key: &'a str,
    /// Texts and numbers, as they stand.
    values: Vec<&'a str>,
    nodes: Vec<Self>,
}

impl<'a> Node<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut rest = text;
        Self::next(&mut rest, 0)
    }

    fn next(rest: &mut &'a str, depth: usize) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let key = rest.get(..open)?.trim();
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if depth > DEPTH || !is_key {
            return None;
        }
        *rest = rest.get(open + 1..)?;
        let mut node = Self { key, ..Self::default() };
        loop {
            *rest = rest.trim_start();
            match rest.chars().next()? {
                ',' => *rest = rest.get(1..)?,
                ']' | ')' => {
                    *rest = rest.get(1..)?;
                    return Some(node);
                }
                '"' => {
                    let end = rest.get(1..)?.find('"')?;
                    node.values.push(rest.get(1..=end)?);
                    *rest = rest.get(end + 2..)?;
                }
                _ => {
                    let end = rest.find([',', '[', ']', '(', ')'])?;
                    if rest.get(end..)?.starts_with(['[', '(']) {
                        let child = Self::next(rest, depth + 1)?;
                        node.nodes.push(child);
                    } else {
                        node.values.push(rest.get(..end)?.trim());
                        *rest = rest.get(end..)?;
                    }
                }
            }
        }
    }

    fn is(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.key.eq_ignore_ascii_case(key))
    }

    fn name(&self) -> &'a str {
        self.values.first().copied().unwrap_or("")
    }

    fn number(&self, at: usize) -> Option<f64> {
        self.values.get(at)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The first node of one of these keys, anywhere below.
    fn find(&self, keys: &[&str]) -> Option<&Self> {
        self.nodes.iter().find_map(|node| if node.is(keys) { Some(node) } else { node.find(keys) })
    }

    /// The number of EPSG that the node itself carries.
    fn epsg(&self) -> Option<u32> {
        let id = self.nodes.iter().find(|node| node.is(&["AUTHORITY", "ID"]))?;
        id.name().eq_ignore_ascii_case("EPSG").then(|| id.values.get(1)?.parse().ok())?
    }

    /// The system, or the name of one that is not known.
    fn system(&self) -> Result<System, String> {
        if self.is(&["COMPD_CS", "COMPOUNDCRS", "BOUNDCRS"])
            && let Some(first) = self.nodes.iter().find(|node| node.is(PLANES) || node.is(GLOBES))
        {
            return first.system();
        }
        if let Some(system) = self.epsg().and_then(System::epsg) {
            return Ok(system);
        }
        let name = self.name();
        let unknown = || if name.is_empty() { self.key.to_owned() } else { name.to_owned() };
        let datum = match self.find(&["DATUM", "TRF", "GEODETICDATUM", "ENSEMBLE"]) {
            Some(datum) => datum_name(datum.name()),
            None => return Err(unknown()),
        };
        let kind = if self.is(GLOBES) {
            // Other meridians than Greenwich are of other centuries.
            let greenwich = self.find(&["PRIMEM", "PRIMEMERIDIAN"]).is_none_or(|node| node.number(1) == Some(0.0));
            greenwich.then_some(Kind::Degrees)
        } else if self.is(PLANES) {
            self.projection()
        } else {
            None
        };
        kind.map(|kind| System { name: unknown(), kind, datum }).ok_or_else(unknown)
    }

    /// The projection of a projected system, where it is one of those this program has.
    fn projection(&self) -> Option<Kind> {
        let method = self.find(&["PROJECTION", "METHOD"])?.name().replace(' ', "_").to_ascii_lowercase();
        let ellipsoid = self.find(&["SPHEROID", "ELLIPSOID"])?;
        let (axis, inverse_flattening) = (ellipsoid.number(1)?, ellipsoid.number(2)?);
        if method.contains("popular_visualisation") || method.contains("mercator_auxiliary_sphere") {
            return Some(Kind::WebMercator);
        }
        if !matches!(method.as_str(), "transverse_mercator" | "gauss_kruger") || self.feet() {
            return None;
        }
        let parameter = |words: &[&str]| {
            let all = std::iter::once(self).chain(self.nodes.iter().filter(|node| node.is(&["CONVERSION"])));
            let is_it = |node: &&Self| {
                let name = node.name().replace(' ', "_").to_ascii_lowercase();
                node.is(&["PARAMETER"]) && words.iter().any(|&word| name == word)
            };
            all.flat_map(|node| &node.nodes).find(is_it)?.number(1)
        };
        Some(Kind::Transverse(Transverse::new(Parameters {
            axis: Some(axis).filter(|axis| (6.3e6..6.4e6).contains(axis))?,
            inverse_flattening: Some(inverse_flattening).filter(|inverse| (290.0..310.0).contains(inverse))?,
            lat0: parameter(&["latitude_of_origin", "latitude_of_natural_origin"]).unwrap_or(0.0),
            lon0: parameter(&["central_meridian", "longitude_of_natural_origin"])?,
            scale: parameter(&["scale_factor", "scale_factor_at_natural_origin"]).unwrap_or(1.0),
            east: parameter(&["false_easting"])?,
            north: parameter(&["false_northing"]).unwrap_or(0.0),
        })))
    }

    /// Whether lengths are in another unit than the metre.
    fn feet(&self) -> bool {
        let own = self.nodes.iter().find(|node| node.is(&["UNIT", "LENGTHUNIT"]));
        own.is_some_and(|unit| unit.number(1) != Some(1.0))
    }
}

const PLANES: &[&str] = &["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GLOBES: &[&str] = &["GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS"];

/// `None` for a datum that is WGS 84 to a metre, its name for any other.
fn datum_name(name: &str) -> Option<String> {
    const CLOSE: [&str; 10] = [
        "WGS1984",
        "WORLDGEODETICSYSTEM1984",
        "WGS84",
        "CHINA2000",
        "CGCS2000",
        "ETRS1989",
        "NORTHAMERICAN1983",
        "JGD2011",
        "TWD97",
        "KOREA2000",
    ];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let plain = plain.strip_prefix('D').filter(|rest| CLOSE.contains(rest)).unwrap_or(&plain);
    let is_close = CLOSE.iter().any(|close| plain.starts_with(close)) || plain.starts_with("EUROPEANTERRESTRIAL");
    (!is_close && !plain.contains("CHINA2000") && !plain.contains("CGCS2000")).then(|| name.replace('_', " "))
}
