//! Words for longitude and latitude in the names of columns, and for the coordinate systems they are in.

use super::angle::Axis;
use crate::base::half_width;

/// What a name says about an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AxisWord {
    pub(super) axis: Axis,
    /// The rest of the name: the same for the two columns of a pair.
    pub(super) stem: String,
    /// Whether the word can mean nothing else.
    pub(super) telling: bool,
}

/// Words for longitude and latitude: whole ones, and those that others are joined to.
const EAST: [&[&str]; 2] = [
    &[
        "lon",
        "lng",
        "long",
        "longitud",
        "longi",
        "lngtd",
        "longtd",
        "lontd",
        "jd",
        "jingdu",
        "x",
        "e",
        "经",
        "经度",
        "東經",
        "経度",
        "东坐标",
        "東坐標",
        "경도",
    ],
    &["longitude", "lng", "lon", "easting", "jingdu", "经度", "經度", "経度", "东经", "横坐标", "东坐标", "경도"],
];
const NORTH: [&[&str]; 2] = [
    &[
        "lat",
        "latitud",
        "lati",
        "latd",
        "lattd",
        "lattitd",
        "wd",
        "weidu",
        "y",
        "n",
        "纬",
        "纬度",
        "北緯",
        "北坐标",
        "北坐標",
        "위도",
    ],
    &["latitude", "lat", "northing", "weidu", "纬度", "緯度", "北纬", "纵坐标", "北坐标", "위도"],
];

/// The axis that a name has a word for, if it is one alone.
pub(super) fn axis_word(name: &str) -> Option<AxisWord> {
    // What speaks of both says nothing of either.
    let name = half_width(name).replace("经纬度", "").replace("经纬", "");
    let parts: Vec<String> = words(&name).into_iter().map(respelt).collect();
    let found = |[whole, joined]: [&[&str]; 2], axis: Axis| {
        let by_whole = parts.iter().enumerate().find_map(|(at, part)| {
            whole.contains(&part.as_str()).then(|| (at, String::new(), part.chars().count() > 1 && part.len() > 2))
        });
        let by_part = || {
            parts.iter().enumerate().find_map(|(at, part)| {
                let ascii = |word: &str| word.is_ascii();
                let word = joined.iter().find(|word| {
                    if ascii(word) {
                        part.ends_with(*word) || word.len() > 4 && part.starts_with(*word)
                    } else {
                        part.contains(*word)
                    }
                })?;
                // Salon and flat end in such a word too.
                Some((at, part.replacen(word, "", 1), word.len() > 3))
            })
        };
        let (at, rest, telling) = by_whole.or_else(by_part)?;
        let others = parts.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, part)| part.as_str());
        Some(AxisWord { axis, stem: others.chain([rest.as_str()]).collect(), telling })
    };
    match (found(EAST, Axis::East), found(NORTH, Axis::North)) {
        (Some(east), None) => Some(east),
        (None, Some(north)) => Some(north),
        _ => None,
    }
}

/// A word that is longitude or latitude but for two letters, as it should be.
fn respelt(word: String) -> String {
    let meant = ["longitude", "latitude"].into_iter().find(|&meant| {
        // Altitude is as near, and no misspelling.
        word.starts_with('l') && word.len() >= 6 && word != meant && is_near(&word, meant)
    });
    meant.map_or(word, str::to_owned)
}

/// Whether no more than two letters must be put in, taken out or changed to make one word of another (Levenshtein 1966).
fn is_near(one: &str, other: &str) -> bool {
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.bytes().enumerate() {
        let mut before = row;
        let mut left = row + 1;
        for (cost, b) in costs.iter_mut().skip(1).zip(other.bytes()) {
            let best = (before + usize::from(a != b)).min(*cost + 1).min(left + 1);
            before = std::mem::replace(cost, best);
            left = best;
        }
    }
    costs.last().is_some_and(|&cost| cost <= 2)
}

/// The words of a name in lower case: parted by signs, between letters and digits, letters of different scripts, and where
/// a capital follows a small letter.
pub(super) fn words(name: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => 1,
        c if c.is_ascii_alphabetic() => 2,
        c if c.is_alphanumeric() => 3,
        _ => 0,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let joins = kind(c) == kind(before) && !(before.is_ascii_lowercase() && c.is_ascii_uppercase());
        if kind(c) != 0 {
            match parts.last_mut() {
                Some(part) if joins => part.extend(c.to_lowercase()),
                _ => parts.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    parts
}

/// The coordinate system that a name speaks of: those of Chinese maps that are shifted.
pub(super) fn shifted_system(name: &str) -> Option<&'static str> {
    let name = plain_whole(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["gcj", "高德", "火星", "腾讯", "amap", "gaode"]) {
        Some("GCJ-02")
    } else if has(&["bd09", "百度", "baidu"]) {
        Some("BD-09")
    } else {
        None
    }
}

/// A name as it is compared, with what stands in its brackets.
pub(super) fn plain_whole(name: &str) -> String {
    half_width(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
