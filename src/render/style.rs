//! Colours and pens: a quiet base so that the data stand out; safe for colour-blind eyes.

use crate::model::Role;

/// A colour, not premultiplied: red, green, blue, alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Colour(pub [u8; 4]);

impl Colour {
    /// A solid colour written as `0xRRGGBB`.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        Self([(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255])
    }

    /// The same colour, `alpha` of 255 solid.
    #[must_use]
    pub const fn with_alpha(self, alpha: u8) -> Self {
        let [r, g, b, _] = self.0;
        Self([r, g, b, alpha])
    }

    /// The colour `share` of the way to another.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        let of = |at: usize| {
            let (a, b) = (f32::from(self.0[at]), f32::from(other.0[at]));
            (a + (b - a) * share).round() as u8
        };
        Self([of(0), of(1), of(2), of(3)])
    }
}

/// The second channel of a class besides its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hatch {
    /// None.
    #[default]
    None,
    /// Strokes that rise to the right: the highest class.
    Rising,
    /// Strokes that fall to the right: the lowest class of a deviation.
    Falling,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Width in points.
    pub width: f32,
    /// Colour.
    pub colour: Colour,
    /// Lengths of stroke and pause in points; `None` is a whole line.
    pub dash: Option<[f32; 2]>,
}

impl Pen {
    /// A whole line.
    #[must_use]
    pub const fn solid(width: f32, colour: Colour) -> Self {
        Self { width, colour, dash: None }
    }
}

/// Everything the pictures of one look share.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Where nothing is.
    pub sea: Colour,
    /// Zones without a value.
    pub land: Colour,
    /// Land outside the tier that is shown.
    pub outside: Colour,
    /// Text.
    pub ink: Colour,
    /// Text that stands back.
    pub quiet_ink: Colour,
    /// Around text on the map; also the ground of the cards.
    pub paper: Colour,
    /// What is selected.
    pub accent: Colour,
    /// Line between land and nothing.
    pub coast: Pen,
    /// Streets and other reference lines.
    pub street: Pen,
    /// Classes of an amount, low to high.
    pub sequence: [Colour; 6],
    /// Classes of a deviation, far below to far above.
    pub deviation: [Colour; 7],
    /// Groups side by side, such as squads.
    pub groups: [Colour; 8],
    /// Incidents, few to many.
    pub heat: [Colour; 4],
    /// One incident.
    pub dot: Colour,
}

impl Style {
    /// Dark on light, for work by day and for paper.
    #[must_use]
    pub fn light() -> Self {
        let hex = Colour::hex;
        Self {
            sea: hex(0xD6_E2E9),
            land: hex(0xF7_F5F0),
            outside: hex(0xEC_EBE7),
            ink: hex(0x2B_303A),
            quiet_ink: hex(0x6B_7280),
            paper: hex(0xFF_FFFF),
            accent: hex(0xD6_1F69),
            coast: Pen::solid(1.0, hex(0x86_9FB0)),
            street: Pen::solid(0.7, hex(0x8D_8A84).with_alpha(90)),
            sequence: [0xF1_F5DC, 0xCF_E6C6, 0x94_CDBF, 0x52_A5B8, 0x2F_76A6, 0x27_4A85].map(hex),
            deviation: [0x2E_6CA8, 0x79_AFD5, 0xC3_DCEC, 0xF3_F1EA, 0xF9_D9B0, 0xEF_A35C, 0xC9_6318].map(hex),
            groups: [0xA9_CBE5, 0xF5_CFA0, 0xB9_DDC3, 0xE7_BFD0, 0xD8_D3A8, 0xC5_BEE3, 0xF2_B8A5, 0xA8_DAD9].map(hex),
            heat: [0xFB_E3A2, 0xF7_A35C, 0xD9_4B6B, 0x6A_1E73].map(hex),
            dot: hex(0xC2_3B56),
        }
    }

    /// Light on dark, for work at night.
    #[must_use]
    pub fn dark() -> Self {
        let hex = Colour::hex;
        Self {
            sea: hex(0x14_1A22),
            land: hex(0x2A_3038),
            outside: hex(0x20_262E),
            ink: hex(0xE8_EAED),
            quiet_ink: hex(0x9A_A3AF),
            paper: hex(0x1B_2129),
            accent: hex(0xFF_6FA8),
            coast: Pen::solid(1.0, hex(0x4E_6373)),
            street: Pen::solid(0.7, hex(0xB8_BEC6).with_alpha(60)),
            sequence: [0x2C_3B57, 0x2C_5A80, 0x2F_7F97, 0x55_A59B, 0x98_C79A, 0xE6_E7A6].map(hex),
            deviation: [0x5A_A6E6, 0x3F_7AB0, 0x33_5675, 0x3A_3F47, 0x6E_5230, 0xAE_722F, 0xF0_9A3E].map(hex),
            groups: [0x37_5E80, 0x85_602F, 0x3D_6B4B, 0x7C_4B61, 0x67_6334, 0x58_5089, 0x85_4C3A, 0x33_6C6B].map(hex),
            heat: [0x4B_2A6B, 0xA8_3A6E, 0xEE_7B4D, 0xFC_E79A].map(hex),
            dot: hex(0xFF_8A8A),
        }
    }

    /// The pen of the borders of a tier: the coarser, the heavier.
    #[must_use]
    pub fn pen(&self, role: Role) -> Pen {
        let (width, share, alpha, dash) = match role {
            Role::District => (2.8, 0.0, 235, None),
            Role::Town => (1.9, 0.1, 220, None),
            Role::Grid => (1.0, 0.25, 190, None),
            Role::Community => (0.8, 0.35, 170, Some([4.0, 2.5])),
            Role::Unit => (0.5, 0.45, 90, None),
            Role::Other => (0.8, 0.35, 150, Some([2.0, 2.0])),
        };
        Pen { width, colour: self.ink.mix(self.land, share).with_alpha(alpha), dash }
    }
}
