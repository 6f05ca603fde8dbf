//! What the builder of a coverage found and settled, in words.

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::Point;
use crate::topology::{Fault, Muddle};

/// Faults of one layer as problems. `code` gives the code and the name of a unit.
#[must_use]
pub fn coverage(faults: &[Fault], tier: &str, code: impl Fn(u32) -> (String, String)) -> Vec<Problem> {
    faults.iter().map(|fault| Problem { tier: Some(tier.to_owned()), ..problem(fault, &code) }).collect()
}

fn problem(fault: &Fault, code: &impl Fn(u32) -> (String, String)) -> Problem {
    match fault {
        Fault::Overlap { units, owner, area_m2, at } => {
            overlap(units.map(code), !units.contains(owner), &code(*owner).1, *area_m2, *at)
        }
        Fault::Pile { units, owner, area_m2, at } => {
            pile(units.iter().map(|&unit| code(unit)), &code(*owner).1, *area_m2, *at)
        }
        Fault::Gap { around, area_m2, at } => {
            let (codes, names): (Vec<_>, Vec<_>) = around.iter().map(|&unit| code(unit)).unzip();
            Problem {
                zones: codes,
                area_m2: Some(*area_m2),
                place: Some((*at).into()),
                remedies: vec![Text::new(
                    "Paint it to a neighbour, or leave a lake as it is",
                    "划给相邻区划;确为水面等则保留",
                )],
                ..Problem::new(
                    Rule::Gap,
                    Severity::Warning,
                    Text::new(
                        format!("{area_m2:.1} m² between {} belong to nobody", names.join(", ")),
                        format!("{}之间有 {area_m2:.1} m² 无归属", names.join("、")),
                    ),
                )
            }
        }
        Fault::Slivers { count, area_m2, at } => Problem {
            area_m2: Some(*area_m2),
            place: Some((*at).into()),
            ..Problem::new(
                Rule::Sliver,
                Severity::Note,
                Text::new(
                    format!(
                        "{count} slivers below 1 m², {area_m2:.2} m² in all, were closed: two lines where one border should be"
                    ),
                    format!("已闭合 {count} 处小于 1 m² 的碎缝,共 {area_m2:.2} m²:同一边界被画成两条线"),
                ),
            )
        },
        Fault::Vanished { unit, by, holders, at } => vanished(code(*unit), &code(*by).1, *holders, *at),
        Fault::NoLand { unit, at } => no_land(code(*unit), *at),
        Fault::SelfCrossing { unit, at } => self_crossing(code(*unit), *at),
        Fault::Outline { unit, kind, area_m2, at } => muddle(code(*unit), *kind, *area_m2, *at),
    }
}

/// Land of two zones; `third`: the owner is neither of them.
fn overlap(
    [(one, one_name), (two, two_name)]: [(String, String); 2],
    third: bool,
    owner: &str,
    area_m2: f64,
    at: Point,
) -> Problem {
    let remedy = if third {
        Text::new(
            format!("{owner} claims it too and has it; paint it if that is wrong"),
            format!("{owner}也包含该范围，已归{owner}；如有误请重新划分"),
        )
    } else {
        Text::new(format!("Given to {owner}; paint it if that is wrong"), format!("已归{owner}；如有误请重新划分"))
    };
    Problem {
        zones: vec![one, two],
        area_m2: Some(area_m2),
        place: Some(at.into()),
        remedies: vec![remedy],
        ..Problem::new(
            Rule::Overlap,
            Severity::Error,
            Text::new(
                format!("{one_name} and {two_name} both claim {area_m2:.1} m²"),
                format!("{one_name}与{two_name}重叠 {area_m2:.1} m²"),
            ),
        )
    }
}

fn pile(units: impl Iterator<Item = (String, String)>, owner: &str, area_m2: f64, at: Point) -> Problem {
    const NAMED: usize = 3;
    let (codes, names): (Vec<_>, Vec<_>) = units.unzip();
    let (count, first) = (names.len(), &names[..NAMED.min(names.len())]);
    Problem {
        zones: codes,
        area_m2: Some(area_m2),
        place: Some(at.into()),
        remedies: vec![Text::new(
            format!("The largest piece went to {owner}. Where several rows stand for one area, keep one of them"),
            format!("其中最大一块已归{owner}。如同一区域对应多行数据，请只保留一行"),
        )],
        ..Problem::new(
            Rule::Overlap,
            Severity::Error,
            Text::new(
                format!(
                    "{count} zones lie over each other on {area_m2:.1} m², more than a dozen at each place, {} among them; not counted in pairs",
                    first.join(", ")
                ),
                format!(
                    "{}等 {count} 个区划在 {area_m2:.1} m² 内层层重叠（每处超过 12 个），未计入两两重叠",
                    first.join("、")
                ),
            ),
        )
    }
}

fn no_land((code, name): (String, String), at: Point) -> Problem {
    Problem {
        zones: vec![code],
        place: Some(at.into()),
        remedies: vec![Text::new("Draw its outline, or take it out of the file", "请绘制其边界,或从文件中删除")],
        ..Problem::new(
            Rule::NullGeometry,
            Severity::Error,
            Text::new(
                format!("{name} encloses no land: its line runs out and back over itself"),
                format!("{name}不围合任何土地:其边界线原路折返"),
            ),
        )
    }
}

fn vanished((code, name): (String, String), other: &str, holders: usize, at: Point) -> Problem {
    let reason = if holders > 1 {
        Text::new(
            format!("{name} has no land of its own: all of it belongs to {holders} other zones, the most to {other}"),
            format!("{name}没有自己的土地：其全部范围分属另外 {holders} 个区划，其中{other}最多"),
        )
    } else {
        Text::new(
            format!("{name} has no land of its own: {other} claims all of it and has no other"),
            format!("{name}没有自己的土地：其全部范围也属于{other}，而后者别无其他土地"),
        )
    };
    Problem {
        zones: vec![code],
        place: Some(at.into()),
        remedies: vec![Text::new(
            "Take it out of the file, or redraw what overlaps",
            "请从文件中删除该区划，或重新划定重叠部分",
        )],
        ..Problem::new(Rule::NullGeometry, Severity::Error, reason)
    }
}

fn self_crossing((code, name): (String, String), at: Point) -> Problem {
    Problem {
        zones: vec![code],
        place: Some(at.into()),
        remedies: vec![Text::new("Look at the place and redraw the line", "请核对该处并重绘边界")],
        ..Problem::new(
            Rule::SelfCrossing,
            Severity::Warning,
            Text::new(format!("The outline of {name} crosses itself"), format!("{name}的边界自相交")),
        )
    }
}

fn muddle((code, name): (String, String), kind: Muddle, area_m2: f64, at: Point) -> Problem {
    let area = format!("{area_m2:.1} m²");
    let reason = match kind {
        Muddle::DrawnTwice => Text::new(
            format!("The outline of {name} is drawn over itself; the {area} that it encloses so are its land"),
            format!("{name}的边界有重复绘制的线段；其围合的 {area} 计入该区划"),
        ),
        Muddle::RunAround => Text::new(
            format!(
                "The outline of {name} runs around {area} twice and crosses itself; they were left out of its land"
            ),
            format!("{name}的边界自相交，有 {area} 被绕行两次，未计入该区划"),
        ),
        Muddle::HolesCross => Text::new(
            format!(
                "Holes of {name} cross each other or its outline, or are drawn twice; {area} in them are no land of it"
            ),
            format!("{name}的内环相互重叠、越出外环或重复绘制；其中 {area} 未计入该区划"),
        ),
        Muddle::PartsOverlap => Text::new(
            format!("Parts of {name} overlap by {area}; the land counts once"),
            format!("{name}的各部分相互重叠 {area}，只计一次"),
        ),
    };
    Problem {
        zones: vec![code],
        area_m2: Some(area_m2),
        place: Some(at.into()),
        remedies: vec![Text::new("Look at the place and redraw the line", "请核对该处并重绘边界")],
        ..Problem::new(Rule::SelfCrossing, Severity::Warning, reason)
    }
}
