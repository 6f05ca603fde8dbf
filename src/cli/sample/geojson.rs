//! GeoJSON by hand: one feature a line, coordinates as the lattice has them, the same bytes every time.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::zones::Outlines;
use crate::geometry::Point;

/// What every file says of itself.
pub(super) const NOTE: &str = "示意数据:边界为绘制,不作划界依据";

/// Properties of a feature, already JSON: `"code":"460105001","name":"…"`.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties(String);

impl Properties {
    fn key(&mut self, key: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        let _infallible = write!(self.0, "\"{key}\":");
    }

    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        // Names are ours: no quotes, backslashes or control characters among them.
        let _infallible = write!(self.0, "\"{value}\"");
        self
    }

    pub(super) fn number(mut self, key: &str, value: u64) -> Self {
        self.key(key);
        let _infallible = write!(self.0, "{value}");
        self
    }

    pub(super) fn flag(mut self, key: &str, value: bool) -> Self {
        self.key(key);
        let _infallible = write!(self.0, "{value}");
        self
    }
}

/// Degrees with as many decimals as they need, at most seven.
pub(super) fn degrees(out: &mut String, cells: i32) {
    if cells < 0 {
        out.push('-');
    }
    let cells = cells.unsigned_abs();
    let (whole, mut part) = (cells / 10_000_000, cells % 10_000_000);
    let _infallible = write!(out, "{whole}");
    if part > 0 {
        let mut digits = 7;
        while part.is_multiple_of(10) {
            part /= 10;
            digits -= 1;
        }
        let _infallible = write!(out, ".{part:0digits$}");
    }
}

fn position(out: &mut String, point: Point) {
    out.push('[');
    degrees(out, point.x);
    out.push(',');
    degrees(out, point.y);
    out.push(']');
}

fn positions(out: &mut String, points: impl Iterator<Item = Point>) {
    out.push('[');
    for (at, point) in points.enumerate() {
        if at > 0 {
            out.push(',');
        }
        position(out, point);
    }
    out.push(']');
}

fn polygon(out: &mut String, rings: &[Vec<Point>]) {
    out.push('[');
    for (at, ring) in rings.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        positions(out, ring.iter().chain(ring.first()).copied());
    }
    out.push(']');
}

fn feature(properties: &Properties, kind: &str, coordinates: impl FnOnce(&mut String)) -> String {
    let mut line = format!(
        "{{\"type\":\"Feature\",\"properties\":{{{}}},\"geometry\":{{\"type\":\"{kind}\",\"coordinates\":",
        properties.0
    );
    coordinates(&mut line);
    line.push_str("}}");
    line
}

fn collection(name: &str, lines: &[String]) -> Vec<u8> {
    let head = format!("{{\"type\":\"FeatureCollection\",\"name\":\"{name}\",\"note\":\"{NOTE}\",\"features\":[\n");
    let mut out = String::with_capacity(head.len() + lines.iter().map(|line| line.len() + 2).sum::<usize>() + 4);
    out.push_str(&head);
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        out.push_str(if at + 1 < lines.len() { ",\n" } else { "\n" });
    }
    out.push_str("]}\n");
    out.into_bytes()
}

/// A file of zones, in the order of their properties.
pub(super) fn zones(name: &str, outlines: &Outlines, properties: &[Properties]) -> Vec<u8> {
    let lines: Vec<String> = outlines
        .par_iter()
        .zip(properties)
        .map(|(polygons, properties)| match polygons.as_slice() {
            [single] => feature(properties, "Polygon", |out| polygon(out, single)),
            several => feature(properties, "MultiPolygon", |out| {
                out.push('[');
                for (at, rings) in several.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    polygon(out, rings);
                }
                out.push(']');
            }),
        })
        .collect();
    collection(name, &lines)
}

/// A file of lines.
pub(super) fn lines(name: &str, lines: &[(Properties, Vec<Point>)]) -> Vec<u8> {
    let line = |(properties, points): &(Properties, Vec<Point>)| {
        feature(properties, "LineString", |out| positions(out, points.iter().copied()))
    };
    collection(name, &lines.iter().map(line).collect::<Vec<_>>())
}

/// A file of points.
pub(super) fn points(name: &str, points: &[(Properties, Point)]) -> Vec<u8> {
    let line = |(properties, point): &(Properties, Point)| feature(properties, "Point", |out| position(out, *point));
    collection(name, &points.iter().map(line).collect::<Vec<_>>())
}
