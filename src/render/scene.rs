//! What to draw: a plan seen in one way. Pure and immutable; cheap to clone.

use std::sync::Arc;

use crate::base::{Key as _, Lang};
use crate::model::{Plan, Role, SquadId, Tier, ZoneId};
use crate::topology::{Border, BorderId, FaceId};

use super::anchors::Names;
use super::borders::Borders;
use super::fill::{Paint, paint};
use super::font::Fonts;
use super::furniture::Furniture;
use super::measure::{Classes, Kind, Measure};
use super::style::{Colour, Hatch, Pen, Style};

/// Borders of this layer are not drawn as lines.
pub(super) const NO_LAYER: u8 = u8::MAX;

/// How zones are coloured.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fill {
    /// All alike.
    #[default]
    Plain,
    /// By a value of the zones of one tier, given by its place in the plan's order.
    Measure {
        /// Place of the tier in the plan's order.
        tier: usize,
        /// The values.
        measure: Arc<Measure>,
    },
    /// By the squad that patrols each grid; neighbours get different colours.
    Squads,
}

/// Which incidents are shown: as dots, or as heat where they are many.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Dots {
    /// None.
    #[default]
    Off,
    /// All of them.
    All,
    /// These rows.
    Rows(Arc<[u32]>),
}

/// What a scene shows of its plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Show {
    /// Language of the words on the map.
    pub lang: Lang,
    /// How zones are coloured.
    pub fill: Fill,
    /// Incidents.
    pub dots: Dots,
    /// Tiers, by their place in the plan's order, whose borders and names are left out.
    pub hidden: Vec<usize>,
    /// Names of zones.
    pub labels: bool,
    /// What they are written with.
    pub fonts: Fonts,
    /// Selected zones: place of the tier and zone.
    pub selection: Vec<(usize, ZoneId)>,
    /// Title, legend, scale bar and the like.
    pub furniture: Furniture,
}

/// One line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// Colour of the zones.
    pub colour: Colour,
    /// Their hatch.
    pub hatch: Hatch,
    /// What they have in common.
    pub text: String,
    /// How many zones there are of it.
    pub zones: usize,
}

/// How one border is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) layer: u8,
    pub(super) selected: bool,
}

/// Borders drawn alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layer {
    /// Place of the tier in the plan's order; `None` is the coast.
    pub(super) tier: Option<usize>,
    pub(super) role: Role,
    pub(super) pen: Pen,
}

/// Everything a picture is made of, but for the camera.
#[derive(Clone, Debug)]
pub struct Scene {
    pub(super) plan: Plan,
    pub(super) show: Arc<Show>,
    pub(super) style: Arc<Style>,
    pub(super) borders: Arc<Borders>,
    /// By border slot.
    pub(super) looks: Arc<[Look]>,
    /// Fine to coarse: the order of drawing.
    pub(super) layers: Arc<[Layer]>,
    /// By face slot.
    pub(super) paints: Arc<[Paint]>,
    pub(super) sea: Paint,
    /// By tier.
    pub(super) names: Arc<[Arc<Names>]>,
    legend: Arc<[LegendEntry]>,
}

impl Scene {
    /// A scene of a plan. O(vertices log vertices): a job for the background on a large plan.
    #[must_use]
    pub fn new(plan: &Plan, show: Show, style: Style) -> Self {
        let borders = Arc::new(Borders::new(&plan.coverage));
        let all = plan.tiers.iter().map(|tier| Arc::new(Names::new(plan, tier))).collect();
        Self::assembled(plan, Arc::new(show), Arc::new(style), borders, all)
    }

    /// The scene of a plan that came out of this one's by commands: only changed borders are simplified again, and only
    /// zones whose land changed are measured for their labels.
    #[must_use]
    pub fn updated(&self, plan: &Plan) -> Self {
        let changed = plan.coverage.borders().changed(self.plan.coverage.borders());
        let borders = if changed.is_empty() {
            Arc::clone(&self.borders)
        } else {
            Arc::new(self.borders.updated(&plan.coverage, Some(&changed)))
        };
        let all = plan.tiers.iter().enumerate().map(|(at, tier)| self.names_after(plan, at, tier, &changed)).collect();
        Self::assembled(plan, Arc::clone(&self.show), Arc::clone(&self.style), borders, all)
    }

    /// The same plan shown in another way. O(borders + faces).
    #[must_use]
    pub fn showing(&self, show: Show, style: Style) -> Self {
        let (show, style) = (Arc::new(show), Arc::new(style));
        Self::assembled(&self.plan, show, style, Arc::clone(&self.borders), self.names.to_vec())
    }

    /// The plan shown.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is shown of it.
    #[must_use]
    pub fn show(&self) -> &Show {
        &self.show
    }

    /// Colours and pens.
    #[must_use]
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// The legend of the fill, low to high; empty for a plain fill.
    #[must_use]
    pub fn legend(&self) -> &[LegendEntry] {
        &self.legend
    }

    /// The tier a border is drawn for, by its place in the plan's order: the coarsest that changes across it. `None` for
    /// the coast, and for a border that is not drawn.
    #[must_use]
    pub fn tier_of_border(&self, border: BorderId) -> Option<usize> {
        let look = self.looks.get(border.index())?;
        self.layers.get(usize::from(look.layer))?.tier
    }

    /// The colour a place on a face is filled with; the sea for `None`.
    #[must_use]
    pub fn colour_of(&self, face: Option<FaceId>) -> Colour {
        let [r, g, b, _] = self.paint_of(face).map(|part| part as u8);
        Colour([r, g, b, 255])
    }

    pub(super) fn paint_of(&self, face: Option<FaceId>) -> Paint {
        face.map_or(self.sea, |face| self.paints.get(face.index()).copied().unwrap_or(self.sea))
    }

    fn assembled(
        plan: &Plan,
        show: Arc<Show>,
        style: Arc<Style>,
        borders: Arc<Borders>,
        names: Vec<Arc<Names>>,
    ) -> Self {
        let layers = layers(plan, &show, &style);
        let (paints, legend) = fills(plan, &show, &style);
        Self {
            plan: plan.clone(),
            looks: looks(plan, &show, &layers),
            layers,
            paints,
            sea: paint(style.sea, Hatch::None),
            names: names.into(),
            legend,
            show,
            style,
            borders,
        }
    }

    fn names_after(&self, plan: &Plan, at: usize, tier: &Arc<Tier>, changed: &[BorderId]) -> Arc<Names> {
        let (Some(old), Some(old_tier)) = (self.names.get(at), self.plan.tiers.get(at)) else {
            return Arc::new(Names::new(plan, tier));
        };
        let moved = tier.owner.changed(&old_tier.owner);
        if changed.is_empty() && moved.is_empty() && tier.zones.slots() == old_tier.zones.slots() {
            return Arc::clone(old);
        }
        let mut stale = vec![false; tier.zones.slots()];
        let mut mark = |tier: &Tier, face: Option<FaceId>| {
            if let Some(flag) = face.and_then(|face| tier.owner_of(face)).and_then(|zone| stale.get_mut(zone.index())) {
                *flag = true;
            }
        };
        for face in moved {
            mark(tier, Some(face));
            mark(old_tier, Some(face));
        }
        for &id in changed {
            for (border, tier) in
                [(plan.coverage.borders().get(id), tier), (self.plan.coverage.borders().get(id), old_tier)]
            {
                for face in border.map(|border| [border.left, border.right]).into_iter().flatten() {
                    mark(tier, face);
                }
            }
        }
        Arc::new(old.updated(plan, tier, &stale))
    }
}

/// The layers of lines, fine to coarse with the coast last but for the districts' sake below them.
fn layers(plan: &Plan, show: &Show, style: &Style) -> Arc<[Layer]> {
    let mut layers: Vec<Layer> = plan
        .tiers
        .iter()
        .enumerate()
        .filter(|(at, _)| !show.hidden.contains(at))
        .map(|(at, tier)| Layer { tier: Some(at), role: tier.role, pen: style.pen(tier.role) })
        .collect();
    layers.sort_by_key(|layer| std::cmp::Reverse((layer.role, layer.tier)));
    layers.push(Layer { tier: None, role: Role::District, pen: style.coast });
    // Numbers from 128 on are those of the reference layers.
    layers.truncate(128);
    layers.into()
}

/// Which layer each border belongs to: the coarsest tier that changes across it, each border once.
fn looks(plan: &Plan, show: &Show, layers: &[Layer]) -> Arc<[Look]> {
    let coast = layers.iter().position(|layer| layer.tier.is_none()).map_or(NO_LAYER, |at| at as u8);
    let mut looks = vec![Look { layer: NO_LAYER, selected: false }; plan.coverage.borders().slots()];
    let owner = |tier: &Tier, face: Option<FaceId>| face.and_then(|face| tier.owner_of(face));
    let differs = |tier: &Tier, border: &Border| owner(tier, border.left) != owner(tier, border.right);
    for (id, border) in plan.coverage.borders().iter() {
        let look = &mut looks[id.index()];
        look.layer = if border.left.is_none() || border.right.is_none() {
            coast
        } else {
            let coarsest = layers.iter().rposition(|layer| {
                layer.tier.and_then(|at| plan.tiers.get(at)).is_some_and(|tier| differs(tier, border))
            });
            coarsest.map_or(NO_LAYER, |at| at as u8)
        };
        look.selected = !show.selection.is_empty() && {
            let inside = |face| {
                show.selection
                    .iter()
                    .any(|&(at, zone)| plan.tiers.get(at).is_some_and(|tier| owner(tier, face) == Some(zone)))
            };
            inside(border.left) != inside(border.right)
        };
    }
    looks.into()
}

/// The paint of each face and the legend that explains it.
fn fills(plan: &Plan, show: &Show, style: &Style) -> (Arc<[Paint]>, Arc<[LegendEntry]>) {
    let mut paints = vec![paint(style.outside, Hatch::None); plan.coverage.face_slots()];
    let mut cover = |tier: &Tier, colour: &dyn Fn(ZoneId) -> (Colour, Hatch)| {
        for (face, &zone) in tier.owner.iter() {
            if let Some(slot) = paints.get_mut(face.index()) {
                let (colour, hatch) = colour(zone);
                *slot = paint(colour, hatch);
            }
        }
    };
    let mut legend = Vec::new();
    match &show.fill {
        Fill::Plain => {
            if let Some(tier) = patrol_tier(plan) {
                cover(tier, &|_| (style.land, Hatch::None));
            }
        }
        Fill::Measure { tier, measure } => {
            if let Some(tier) = plan.tiers.get(*tier) {
                let classes = Classes::of(measure);
                legend = class_legend(tier, measure, &classes, style, show.lang);
                let entry = |zone: ZoneId| {
                    let value =
                        measure.values.get(zone.index()).copied().flatten().filter(|value| value.is_finite())?;
                    legend.get(classes.class(value)).map(|entry| (entry.colour, entry.hatch))
                };
                cover(tier, &|zone| entry(zone).unwrap_or((style.land, Hatch::None)));
            }
        }
        Fill::Squads => {
            if let Some((_, tier)) = plan.tier_of(Role::Grid) {
                let groups = squad_groups(plan, tier, style.groups.len());
                let colour = |zone| plan.beats.get(zone).and_then(|squad| groups.get(squad.index())).copied();
                cover(tier, &|zone| (colour(zone).map_or(style.land, |at| style.groups[at]), Hatch::None));
            }
        }
    }
    (paints.into(), legend.into())
}

/// The tier whose land is the patrol area: the grids, else the base tier.
fn patrol_tier(plan: &Plan) -> Option<&Arc<Tier>> {
    plan.tier_of(Role::Grid).map(|(_, tier)| tier).or_else(|| plan.tiers.get(plan.base))
}

/// Colours and words of the classes of a measure.
fn class_legend(tier: &Tier, measure: &Measure, classes: &Classes, style: &Style, lang: Lang) -> Vec<LegendEntry> {
    let count = classes.count();
    let mut zones = vec![0; count];
    for id in tier.zones.ids() {
        if let Some(value) = measure.values.get(id.index()).copied().flatten() {
            zones[classes.class(value)] += 1;
        }
    }
    let ramp: &[Colour] = match measure.kind {
        Kind::Amount => &style.sequence,
        Kind::Deviation => &style.deviation,
    };
    let entry = |class: usize| {
        let last = count.saturating_sub(1).max(1);
        let at = (class * (ramp.len() - 1) + last / 2) / last;
        let hatch = match measure.kind {
            _ if class == last && count > 1 => Hatch::Rising,
            Kind::Deviation if class == 0 => Hatch::Falling,
            _ => Hatch::None,
        };
        LegendEntry {
            colour: ramp[at.min(ramp.len() - 1)],
            hatch,
            text: classes.label(class, measure.kind, lang),
            zones: zones[class],
        }
    };
    (0..count).map(entry).collect()
}

/// A colour for each squad, by slot: the first that no squad on the other side of a border has.
fn squad_groups(plan: &Plan, tier: &Tier, colours: usize) -> Vec<usize> {
    let squad =
        |face: Option<FaceId>| face.and_then(|face| tier.owner_of(face)).and_then(|zone| plan.beats.get(zone)).copied();
    let mut pairs: Vec<(SquadId, SquadId)> = plan
        .coverage
        .borders()
        .iter()
        .filter_map(|(_, border)| Some((squad(border.left)?, squad(border.right)?)))
        .filter(|(a, b)| a != b)
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .collect();
    pairs.sort_unstable_by_key(|(a, b)| (a.0, b.0));
    pairs.dedup();
    let mut group = vec![0; plan.squads.slots()];
    for slot in 0..group.len() {
        let start = pairs.partition_point(|(a, _)| a.index() < slot);
        let mut used = vec![false; colours];
        for (_, other) in pairs[start..].iter().take_while(|(a, _)| a.index() == slot).filter(|(_, b)| b.index() < slot)
        {
            used[group[other.index()]] = true;
        }
        let first = slot % colours;
        group[slot] = (0..colours).map(|step| (first + step) % colours).find(|&at| !used[at]).unwrap_or(first);
    }
    group
}
