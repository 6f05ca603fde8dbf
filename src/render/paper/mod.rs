//! Drawings on paper: one overview and one sheet a zone, as PDF and SVG.
//!
//! A [`Sheet`] is a list of marks in points (1/72 inch), y down, that both writers draw alike. All colours are solid, so
//! that a sheet looks the same in every viewer and on every printer; letters are outlines in SVG and an embedded font in
//! PDF, so that Chinese is right where no font is installed.

mod files;
pub(super) mod land;
pub(super) mod layout;
mod page;
mod pdf;
pub(super) mod svg;

use crate::base::{Cancelled, Lang, Problem};

use super::font::Line;
use super::style::{Colour, Hatch, Pen};

pub use files::{write_pdf, write_report, write_svg};
pub use layout::{overview, sheets};
pub use pdf::pdf;
pub use svg::svg;

/// Points of a millimetre.
const MM: f64 = 72.0 / 25.4;

/// Sizes of paper (ISO 216), always across.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Paper {
    /// 297 × 210 mm.
    A4,
    /// 420 × 297 mm.
    #[default]
    A3,
    /// 1189 × 841 mm.
    A0,
}

impl Paper {
    /// All of them, the smallest first.
    pub const ALL: [Self; 3] = [Self::A4, Self::A3, Self::A0];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "A4",
            Self::A3 => "A3",
            Self::A0 => "A0",
        }
    }

    /// Width and height in points, whole.
    #[must_use]
    pub fn points(self) -> (f32, f32) {
        let (width, height) = match self {
            Self::A4 => (297.0, 210.0),
            Self::A3 => (420.0, 297.0),
            Self::A0 => (1189.0, 841.0),
        };
        ((width * MM) as f32, (height * MM) as f32)
    }

    /// By its name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.name().eq_ignore_ascii_case(name))
    }
}

/// What is printed beside the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imprint {
    /// Size of the paper.
    pub paper: Paper,
    /// Language of the words.
    pub lang: Lang,
    /// Who made it (编制单位); empty leaves the line out.
    pub maker: String,
    /// The date, as it is to be printed.
    pub date: String,
}

/// Why a sheet could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The register of the zones could not be drawn up.
    #[error(transparent)]
    Export(#[from] crate::io::export::ExportError),
    /// The plan could not be copied.
    #[error(transparent)]
    Save(#[from] crate::io::project::SaveError),
    /// Findings that stand in the way of handing it over.
    #[error("{} findings stand in the way; mend them, or leave them with a reason: {}", .0.len(), reasons(.0))]
    Blocked(Vec<Problem>),
    /// The bundled font could not be cut to the characters used.
    #[error("the font could not be embedded: {0}")]
    Font(String),
}

fn reasons(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.reason.en.as_str()).collect::<Vec<_>>().join("; ")
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    pub(super) marks: Vec<Mark>,
}

/// Something drawn on a page; later ones lie above earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Rings filled even-odd.
    Fill { rings: Vec<Vec<[f32; 2]>>, colour: Colour, hatch: Hatch },
    /// An open line.
    Line { points: Vec<[f32; 2]>, pen: Pen },
    /// A line of text.
    Words(Words),
    /// What follows is drawn inside this box only: left, top, width, height.
    Clip([f32; 4]),
    /// Ends the last clip.
    Unclip,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    pub(super) text: String,
    /// Where its baseline begins.
    pub(super) at: [f32; 2],
    /// Size in points.
    pub(super) size: f32,
    pub(super) colour: Colour,
    /// Width of a stroke around the letters that makes them heavier, points.
    pub(super) bold: f32,
    /// Points between letters.
    pub(super) spacing: f32,
    /// Width of a white rim, points; 0 for none.
    pub(super) halo: f32,
}

impl Words {
    /// Plain words without a rim.
    pub(super) fn new(text: impl Into<String>, at: [f32; 2], size: f32, colour: Colour) -> Self {
        Self { text: text.into(), at, size, colour, bold: 0.0, spacing: 0.0, halo: 0.0 }
    }

    pub(super) fn line(&self) -> Line {
        Line::new(&self.text, self.size, self.spacing)
    }
}

impl Sheet {
    fn new(paper: Paper) -> Self {
        let (width, height) = paper.points();
        Self { width, height, marks: Vec::new() }
    }

    fn words(&mut self, words: Words) {
        if !words.text.is_empty() {
            self.marks.push(Mark::Words(words));
        }
    }

    fn rect(&mut self, [left, top, width, height]: [f32; 4], colour: Colour, hatch: Hatch) {
        let (right, bottom) = (left + width, top + height);
        let ring = vec![[left, top], [right, top], [right, bottom], [left, bottom]];
        self.marks.push(Mark::Fill { rings: vec![ring], colour, hatch });
    }

    fn frame(&mut self, [left, top, width, height]: [f32; 4], pen: Pen) {
        let (right, bottom) = (left + width, top + height);
        let points = vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
        self.marks.push(Mark::Line { points, pen });
    }

    /// The texts on the page in the order they are drawn.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.marks
            .iter()
            .filter_map(|mark| if let Mark::Words(words) = mark { Some(words.text.as_str()) } else { None })
    }

    /// Characters on the page that the bundled font does not have and that are drawn as boxes, each once, in order.
    #[must_use]
    pub fn missing(&self) -> Vec<char> {
        let mut all: Vec<char> = self.texts().flat_map(str::chars).filter(|c| !c.is_control()).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|&c| !super::font::can_write(c.encode_utf8(&mut [0; 4])));
        all
    }
}

/// A text in lines no wider than `width` points; words of letters are kept whole where they fit.
pub(super) fn wrapped(text: &str, size: f32, width: f32) -> Vec<String> {
    let (mut lines, mut line, mut word) = (Vec::new(), String::new(), String::new());
    let wide = |text: &str| Line::new(text, size, 0.0).width > width;
    let mut put = |word: &mut String, line: &mut String| {
        if !line.is_empty() && wide(&format!("{line}{word}")) {
            lines.push(std::mem::take(line).trim_end().to_owned());
        }
        for c in std::mem::take(word).chars() {
            if !line.is_empty() && wide(&format!("{line}{c}")) {
                lines.push(std::mem::take(line));
            }
            line.push(c);
        }
    };
    for c in text.chars().filter(|c| !c.is_control()) {
        word.push(c);
        if !c.is_ascii_alphanumeric() {
            put(&mut word, &mut line);
        }
    }
    put(&mut word, &mut line);
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_wrapped_without_losing_a_letter() {
        let text = "460105001001001 海甸岛社区、人民路、ABCDEFGHIJKLMNOPQRSTUVWXYZ末";
        for width in [1.0, 30.0, 80.0, 1000.0] {
            let lines = wrapped(text, 10.0, width);
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&lines.concat()), bare(text), "{width}");
            let fits = |line: &String| line.chars().count() == 1 || Line::new(line, 10.0, 0.0).width <= width;
            assert!(lines.iter().all(fits), "{width}: {lines:?}");
        }
        assert_eq!(wrapped("", 10.0, 50.0), [""]);
    }
}
