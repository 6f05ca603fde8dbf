//! Numbers in blobs, little-endian; a reader that believes no count before it has seen the bytes.

use crate::geometry::Point;
use crate::topology::{BorderId, Directed};

/// Appends numbers to a blob.
pub(super) fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Points as pairs of `i32`.
pub(super) fn of_points(points: &[Point]) -> Vec<u8> {
    let mut out = Vec::with_capacity(points.len() * 8);
    put_points(&mut out, points);
    out
}

fn put_points(out: &mut Vec<u8>, points: &[Point]) {
    for point in points {
        out.extend_from_slice(&point.x.to_le_bytes());
        out.extend_from_slice(&point.y.to_le_bytes());
    }
}

/// A count, the length of each list, then all lists.
pub(super) fn of_lists<T>(lists: &[impl AsRef<[T]>], put: impl Fn(&mut Vec<u8>, &[T])) -> Vec<u8> {
    let mut out = Vec::new();
    put_u32(&mut out, lists.len() as u32);
    lists.iter().for_each(|list| put_u32(&mut out, list.as_ref().len() as u32));
    lists.iter().for_each(|list| put(&mut out, list.as_ref()));
    out
}

/// Lists of points.
pub(super) fn of_paths(paths: &[Vec<Point>]) -> Vec<u8> {
    of_lists(paths, put_points)
}

/// Directed borders, twice the id plus one when backward.
pub(super) fn put_edges(out: &mut Vec<u8>, edges: &[Directed]) {
    edges.iter().for_each(|edge| put_u32(out, edge.border().0 << 1 | u32::from(edge.is_backward())));
}

/// The words of a blob of `u32`; `None` where its length is no multiple of four.
pub(super) fn words(blob: &[u8]) -> Option<Vec<u32>> {
    let (words, rest) = blob.as_chunks::<4>();
    rest.is_empty().then(|| words.iter().map(|&word| u32::from_le_bytes(word)).collect())
}

/// The numbers of a blob of `u16`.
pub(super) fn shorts(blob: &[u8]) -> Option<Vec<u16>> {
    let (shorts, rest) = blob.as_chunks::<2>();
    rest.is_empty().then(|| shorts.iter().map(|&short| u16::from_le_bytes(short)).collect())
}

/// The points of a blob; `None` where it is torn or a point is not on the earth.
pub(super) fn points(blob: &[u8]) -> Option<Vec<Point>> {
    let numbers = words(blob)?;
    let (pairs, rest) = numbers.as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|&[x, y]| on_earth(Point::new(x as i32, y as i32))).collect()
}

/// The point, if it is a longitude and a latitude.
pub(super) fn on_earth(point: Point) -> Option<Point> {
    point.is_on_earth().then_some(point)
}

/// Directed borders from their words.
pub(super) fn edges(words: &[u32]) -> Vec<Directed> {
    let edge = |&word: &u32| {
        let border = BorderId(word >> 1);
        if word & 1 == 1 { Directed::backward(border) } else { Directed::forward(border) }
    };
    words.iter().map(edge).collect()
}

/// Lists as written by [`of_lists`], `size` words an item; `None` unless the lengths fill the blob exactly.
pub(super) fn lists(words: &[u32], size: usize) -> Option<Vec<&[u32]>> {
    let (&count, rest) = words.split_first()?;
    let (lengths, mut rest) = rest.split_at_checked(count as usize)?;
    let mut lists = Vec::with_capacity(lengths.len());
    for &length in lengths {
        let (list, after) = rest.split_at_checked((length as usize).checked_mul(size)?)?;
        lists.push(list);
        rest = after;
    }
    rest.is_empty().then_some(lists)
}

/// Lists of points.
pub(super) fn paths(blob: &[u8]) -> Option<Vec<Vec<Point>>> {
    let words = words(blob)?;
    let path = |list: &[u32]| -> Option<Vec<Point>> {
        let (pairs, _) = list.as_chunks::<2>();
        pairs.iter().map(|&[x, y]| on_earth(Point::new(x as i32, y as i32))).collect()
    };
    lists(&words, 2)?.into_iter().map(path).collect()
}
