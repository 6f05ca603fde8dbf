//! A sheet as SVG 1.1. Letters are outlines, so that it looks alike where no Chinese font is installed; what they say
//! stands in `aria-label`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Mark, Sheet, Words};
use crate::io::export::escaped;
use crate::render::font;
use crate::render::style::{Colour, Hatch};

/// A sheet as a file of its own: sizes in millimetres, so that it prints at its scale.
#[must_use]
pub fn svg(sheet: &Sheet) -> String {
    let (width, height) = (f64::from(sheet.width), f64::from(sheet.height));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{:.2}mm\" height=\"{:.2}mm\" viewBox=\"0 0 {width:.2} \
         {height:.2}\">\n{}</svg>\n",
        width / super::MM,
        height / super::MM,
        content(&sheet.marks)
    )
}

/// The marks, with what they refer to.
fn content(marks: &[Mark]) -> String {
    format!("{}{}", definitions(marks), drawn(marks))
}

/// What marks refer to: letters, hatches, frames.
pub(in crate::render) fn definitions(marks: &[Mark]) -> String {
    let mut out = String::from("<defs>");
    let words = || marks.iter().filter_map(|mark| if let Mark::Words(words) = mark { Some(words) } else { None });
    let glyphs: BTreeSet<u16> =
        words().flat_map(|words| words.line().places().map(|(glyph, _)| glyph).collect::<Vec<_>>()).collect();
    for glyph in glyphs {
        let _never_fails = write!(out, "<path id=\"g{glyph}\" d=\"{}\"/>", font::outline(glyph));
    }
    // Strokes of the hatch, seven points apart.
    for (name, turn) in [("rising", 45), ("falling", -45)] {
        let _never_fails = write!(
            out,
            "<pattern id=\"{name}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate({turn})\">\
             <path d=\"M0 0V5\" stroke=\"#fff\" stroke-width=\"1.6\" stroke-opacity=\".55\"/></pattern>"
        );
    }
    let mut clips = 0;
    for mark in marks {
        if let Mark::Clip([x, y, width, height]) = mark {
            let _never_fails = write!(
                out,
                "<clipPath id=\"c{clips}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>"
            );
            clips += 1;
        }
    }
    out.push_str("</defs>\n");
    out
}

/// The marks alone.
pub(in crate::render) fn drawn(marks: &[Mark]) -> String {
    let mut out = String::new();
    let (mut clip, mut open) = (0, 0);
    for mark in marks {
        match mark {
            Mark::Fill { rings, colour, hatch } => fill(&mut out, rings, *colour, *hatch),
            Mark::Line { points, pen } => {
                let _never_fails = write!(
                    out,
                    "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"",
                    path(points, false),
                    colour(pen.colour),
                    pen.width
                );
                if let Some([on, off]) = pen.dash {
                    let _never_fails = write!(out, " stroke-dasharray=\"{on} {off}\"");
                }
                out.push_str(" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n");
            }
            Mark::Words(words) => write_words(&mut out, words),
            Mark::Clip(_) => {
                let _never_fails = writeln!(out, "<g clip-path=\"url(#c{clip})\">");
                clip += 1;
                open += 1;
            }
            Mark::Unclip if open > 0 => {
                out.push_str("</g>\n");
                open -= 1;
            }
            Mark::Unclip => {}
        }
    }
    (0..open).for_each(|_| out.push_str("</g>\n"));
    out
}

fn fill(out: &mut String, rings: &[Vec<[f32; 2]>], ground: Colour, hatch: Hatch) {
    let d: String = rings.iter().map(|ring| path(ring, true)).collect();
    let _never_fails = writeln!(out, "<path d=\"{d}\" fill=\"{}\" fill-rule=\"evenodd\"/>", colour(ground));
    let pattern = match hatch {
        Hatch::None => return,
        Hatch::Rising => "rising",
        Hatch::Falling => "falling",
    };
    let _never_fails = writeln!(out, "<path d=\"{d}\" fill=\"url(#{pattern})\" fill-rule=\"evenodd\"/>");
}

/// A line as path data, hundredths of a point: 4 µm on paper.
pub(in crate::render) fn path(points: &[[f32; 2]], closed: bool) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (at, [x, y]) in points.iter().enumerate() {
        out.push(if at == 0 { 'M' } else { 'L' });
        number(&mut out, *x);
        out.push(' ');
        number(&mut out, *y);
    }
    if closed {
        out.push('Z');
    }
    out
}

fn number(out: &mut String, value: f32) {
    let text = format!("{value:.2}");
    out.push_str(text.trim_end_matches('0').trim_end_matches('.'));
}

fn colour(colour: Colour) -> String {
    let [r, g, b, _] = colour.0;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn write_words(out: &mut String, words: &Words) {
    let [x, y] = words.at;
    let scale = words.size / font::EM;
    let _never_fails = write!(
        out,
        "<g role=\"img\" aria-label=\"{}\" transform=\"translate({x:.2} {y:.2}) scale({scale:.5})\">",
        escaped(&words.text)
    );
    let letters: String = words
        .line()
        .places()
        .map(|(glyph, x)| format!("<use xlink:href=\"#g{glyph}\" x=\"{:.0}\"/>", x / scale))
        .collect();
    if words.halo > 0.0 {
        let width = 2.0 * words.halo / scale;
        let _never_fails = write!(
            out,
            "<g fill=\"#fff\" stroke=\"#fff\" stroke-width=\"{width:.0}\" stroke-linejoin=\"round\">{letters}</g>"
        );
    }
    let ink = colour(words.colour);
    let bold = 2.0 * words.bold / scale;
    let _never_fails = writeln!(out, "<g fill=\"{ink}\" stroke=\"{ink}\" stroke-width=\"{bold:.0}\">{letters}</g></g>");
}
