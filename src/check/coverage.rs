//! What the builder of a coverage found and settled, in words.

use crate::base::{Problem, Rule, Severity, Text};
use crate::geometry::Point;
use crate::topology::Fault;

/// Faults of one layer as problems. `code` gives the code and the name of a unit.
#[must_use]
pub fn coverage(faults: &[Fault], tier: &str, code: impl Fn(u32) -> (String, String)) -> Vec<Problem> {
    faults.iter().map(|fault| Problem { tier: Some(tier.to_owned()), ..problem(fault, &code) }).collect()
}

fn problem(fault: &Fault, code: &impl Fn(u32) -> (String, String)) -> Problem {
    match fault {
        Fault::Overlap { units, owner, area_m2, at } => {
            let [(one, one_name), (two, two_name)] = units.map(code);
            let owner = code(*owner).1;
            Problem {
                zones: vec![one, two],
                area_m2: Some(*area_m2),
                place: Some((*at).into()),
                remedies: vec![Text::new(
                    format!("Given to {owner}; paint it if that is wrong"),
                    format!("已归{owner};如有误请重新划分"),
                )],
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
        Fault::Vanished { unit, by, at } => vanished(code(*unit), &code(*by).1, *at),
        Fault::NoLand { unit, at } => no_land(code(*unit), *at),
        Fault::SelfCrossing { unit, at } => self_crossing(code(*unit), *at),
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

fn vanished((code, name): (String, String), other: &str, at: Point) -> Problem {
    Problem {
        zones: vec![code],
        place: Some(at.into()),
        remedies: vec![Text::new(
            "Take one of the two out of the file, or redraw them",
            "请从文件中删除其一,或重新划定",
        )],
        ..Problem::new(
            Rule::NullGeometry,
            Severity::Error,
            Text::new(
                format!("{name} has no land of its own: {other} claims all of it and has no other"),
                format!("{name}没有自己的土地:其全部范围也属于{other},而后者别无其他土地"),
            ),
        )
    }
}

fn self_crossing((code, name): (String, String), at: Point) -> Problem {
    Problem {
        zones: vec![code],
        place: Some(at.into()),
        remedies: vec![Text::new("Every loop was kept; look at the place", "各环均已保留,请核对该处")],
        ..Problem::new(
            Rule::SelfCrossing,
            Severity::Warning,
            Text::new(format!("The outline of {name} crosses itself"), format!("{name}的边界自相交")),
        )
    }
}
