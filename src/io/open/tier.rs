//! Layers of polygons to the tiers of a plan over one coverage.

use std::path::PathBuf;
use std::sync::Arc;

use super::beside::{Beside, Drawn};
use super::ledger::{Ledger, Member};
use super::parts::ZoneLayer;
use super::{NESTED_WITHIN, Nesting, OpenError, Options};
use crate::base::{Cancelled, Lang, Problem, Progress, Rule, Severity, Table, Text};
use crate::check;
use crate::geometry::{Areas, Point, ring_area_m2};
use crate::io::Feature;
use crate::io::bytes::file_name;
use crate::io::cleaned::Cleaned;
use crate::io::layer::{Polygons, range};
use crate::io::tiers::{self, TierGuess};
use crate::model::{Reference, Role, Shape, Tier, Zone, ZoneId};
use crate::topology::{self, Built, Coverage, Disagreement, FaceId, Fine, Labels, Matched};

/// A layer of polygons and what it was taken for.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) path: PathBuf,
    pub(super) tier: Tier,
    pub(super) areas: Areas,
    /// Where it is opened in two ways.
    matched: Option<Matched>,
    /// The polygons as written, in finer cells, where faults are to be theirs.
    written: Option<(Areas, Fine)>,
    /// What each feature is; unit i of `areas` is feature i.
    pub(super) ledger: Ledger,
    /// Zones without land that are drawn as lines or points, and as which.
    pub(super) drawn: Vec<(u32, Drawn)>,
    /// Whether somebody said what it is.
    pub(super) asked: bool,
    /// The limits it says it was cleaned with.
    cleaned: Option<Cleaned>,
}

impl Source {
    /// Zones of the layer's polygons, code and name from the properties guessed, and a reference layer of its lines and
    /// points. A feature without polygons is a zone without land where it has a code, or nothing else.
    pub(super) fn of(zones: ZoneLayer) -> (Self, Option<Reference>) {
        let ZoneLayer { layer, written, guess, own, mostly_others, asked, stretches, beside } = zones;
        let mut ledger = Ledger::new(stretches, beside);
        let other = Beside::of(&layer, &mut ledger, &own, (&guess.name, mostly_others));
        let reasons = layer.reasons();
        let counted = ledger.stretches.iter().zip(&own);
        let guesses: Vec<&TierGuess> =
            counted.flat_map(|(&(_, count), guess)| std::iter::repeat_n(guess, count)).collect();
        let areas = Areas::from(layer.polygons);
        let written = written.map(|polygons| {
            let cells = Fine::over(areas.bounds());
            let Polygons { points, ring_ends, polygon_ends, unit_ends } = polygons;
            let points = points.into_iter().map(|point| cells.cell(point)).collect();
            (Areas { points, ring_ends, polygon_ends, unit_ends }, cells)
        });
        let file = file_name(&layer.path);
        let mut tier = Tier::new(guess.role, guess.name.clone());
        for (unit, (feature, guess)) in layer.features.into_iter().zip(guesses).enumerate() {
            let has_land = unit < areas.units() && !areas.polygons_of(unit).is_empty();
            ledger.members.push(match reasons.get(&unit) {
                _ if has_land => Member::Zone(tier.zones.push(zone(feature, guess))),
                Some(&why) => Member::LeftOut(why),
                None if other.is_alone(unit) => Member::Reference,
                None => Member::Record(tier.zones.push(zone(feature, guess))),
            });
        }
        tier.code_key = guess.code_key;
        tier.name_key = guess.name_key;
        tier.foreign = layer.foreign;
        let cleaned = Cleaned::of(&tier.foreign);
        let source = Self {
            file,
            path: layer.path,
            tier,
            areas,
            matched: None,
            written,
            ledger,
            drawn: other.drawn,
            asked: asked.is_some(),
            cleaned,
        };
        (source, other.layer)
    }

    /// Lower rank owns the land where two overlap: the smaller code, then the one that reaches further west; the order of
    /// the features matters only where two are the same.
    pub(super) fn rank(&self) -> Vec<u32> {
        let code = |unit: usize| self.zone(unit as u32).map_or("", |zone| zone.code.as_str());
        let mut order: Vec<usize> = (0..self.ledger.members.len()).collect();
        let shape = |unit: usize| {
            let points = self.areas.rings_of_unit(unit).flatten();
            points.fold((Point::new(i32::MAX, i32::MAX), 0), |(least, count), &point| (least.min(point), count + 1))
        };
        order.sort_by(|&a, &b| code(a).cmp(code(b)).then_with(|| shape(a).cmp(&shape(b))).then(a.cmp(&b)));
        let mut rank = vec![0; order.len()];
        order.into_iter().enumerate().for_each(|(place, unit)| rank[unit] = place as u32);
        rank
    }

    pub(super) fn zone(&self, unit: u32) -> Option<&Zone> {
        self.tier.zones.get(self.zone_of(unit)?)
    }

    /// The zone of a feature, with or without land.
    fn zone_of(&self, unit: u32) -> Option<ZoneId> {
        match self.ledger.members.get(unit as usize)? {
            Member::Zone(zone) | Member::Record(zone) => Some(*zone),
            Member::Reference | Member::LeftOut(_) => None,
        }
    }

    /// Code and name of a unit for the reader of a problem; the feature's number where it has neither.
    pub(super) fn words(&self, unit: u32) -> (String, String) {
        let number = || format!("#{}", unit + 1);
        self.zone(unit).map_or_else(
            || (number(), number()),
            |zone| {
                let code = if zone.code.is_empty() { number() } else { zone.code.clone() };
                let name = if zone.name.is_empty() { code.clone() } else { zone.name.clone() };
                (code, name)
            },
        )
    }

    /// The tier with its owners by face.
    pub(super) fn owned(&self, owner: &[Option<u32>]) -> Tier {
        let mut table: Table<FaceId, ZoneId> = Table::default();
        for (face, unit) in owner.iter().enumerate() {
            if let Some(zone) = unit.and_then(|unit| self.zone_of(unit)) {
                table.set(FaceId(face as u32), Some(zone));
            }
        }
        Tier { owner: table, ..self.tier.clone() }
    }

    pub(super) fn build(&self, options: &Options, progress: &Progress) -> Result<Built, OpenError> {
        let matched = self.matched.clone().map_or_else(|| topology::matched(&self.areas, progress), Ok)?;
        if matched.is_tangled() {
            return Err(OpenError::Unfit(Text::new(
                format!(
                    "{}: its lines cross so often that no zones can be told; draw it anew or leave it out",
                    self.file
                ),
                format!("{}：边界线相互交叉过多，无法判定区划；请重绘或去掉该文件", self.file),
            )));
        }
        let (tolerance_m, mut settling) = (options.tolerance_m, options.settling);
        let Some(cleaned) = self.cleaned else {
            let built =
                topology::settle_matched(&self.areas, matched, &self.rank(), (tolerance_m, settling), progress)?;
            return Ok(built);
        };
        let asked = tolerance_m.unwrap_or(cleaned.tolerance_m);
        // What was cleaned with these limits and did not change is not moved again.
        let unchanged = cleaned.is_of(&self.areas);
        if unchanged && settling.gap_width_m <= cleaned.gap_width_m {
            settling.gap_width_m = 0.0;
        }
        if unchanged && settling.strip_width_m <= cleaned.strip_width_m {
            settling.strip_width_m = 0.0;
        }
        let used = if unchanged && asked <= cleaned.tolerance_m { 0.0 } else { asked };
        let built = topology::settle_matched(&self.areas, matched, &self.rank(), (Some(used), settling), progress)?;
        Ok(Built { tolerance_m: asked, ..built })
    }

    /// Does what building begins with, once for all that are made of it.
    pub(super) fn matched(self, progress: &Progress) -> Result<Self, Cancelled> {
        let matched = Some(topology::matched(&self.areas, progress)?);
        Ok(Self { matched, ..self })
    }

    /// What is wrong with the layer itself: faults of the builder, hairlines and vertices, in words.
    pub(super) fn problems(
        &self,
        built: &Built,
        options: &Options,
        progress: &Progress,
    ) -> Result<Vec<Problem>, Cancelled> {
        let words = |unit| self.words(unit);
        let judged = self.written.as_ref().map(|(areas, cells)| topology::judge(areas, &self.rank(), *cells, progress));
        let judged = judged.transpose()?;
        let mut problems = check::coverage(judged.as_ref().unwrap_or(&built.faults), &self.tier.name, words);
        problems.extend(check::hairlines(built, options.gap_width_m, &self.tier.name, words));
        problems.extend(check::antimeridian(&self.areas, &self.tier.name, words));
        problems.extend(check::vertices(&self.areas, &self.tier.name, words));
        problems.iter_mut().for_each(|problem| problem.file = Some(self.file.clone()));
        Ok(problems)
    }

    /// The land of all units together, m²; land of two units counts twice.
    pub(super) fn area_m2(&self) -> f64 {
        area_m2(&self.areas.points, &self.areas.ring_ends, &self.areas.polygon_ends)
    }

    /// What becomes of the layer: what was asked for, else a tier where it fits and a reference where it does not.
    ///
    /// `finer` is the role of the faces' zones, where faces may be cut. Of a tier that stands above them by its role land in
    /// two parents tells that the two do not nest; land in none lies outside every parent, however much it is. There the
    /// faces are cut, so that it is told to the square metre.
    pub(super) fn nesting(&self, options: &Options, labels: &Labels, finer: Option<Role>) -> Nesting {
        let most = NESTED_WITHIN * self.area_m2();
        let crossing = || {
            let both = |pair: &&Disagreement| pair.labelled.is_some() && pair.drawn.is_some();
            labels.disagreements.iter().filter(both).map(|pair| pair.wide_m2).sum::<f64>()
        };
        options.nesting.unwrap_or_else(|| {
            if labels.wide_m2() <= most {
                Nesting::Label
            } else if finer.is_some_and(|finer| self.tier.role < finer) && crossing() <= most {
                Nesting::Overlay
            } else {
                Nesting::Reference
            }
        })
    }

    /// What a layer that was kept out of the plan counts as: an error, unless somebody asked for it, or said of the other
    /// of two that it is the plan.
    pub(super) fn kept_out(&self, first: &Self, options: &Options) -> Severity {
        let implied = first.asked && !self.asked && first.tier.role == self.tier.role;
        if options.nesting.is_some() || implied { Severity::Warning } else { Severity::Error }
    }

    /// Whether another layer was guessed to be the same, and nobody said which of the two is.
    pub(super) fn rivals(&self, other: &Self) -> bool {
        let role = self.tier.role;
        role != Role::Other && role == other.tier.role && !self.asked && !other.asked
    }

    /// The layer as a reference.
    pub(super) fn reference(&self) -> Reference {
        let shape = |(unit, member): (usize, &Member)| {
            let Member::Zone(zone) = member else { return None };
            let attributes = self.tier.zones.get(*zone)?.attributes.as_ref().clone();
            Some((Shape::Rings(self.areas.rings_of_unit(unit).map(<[Point]>::to_vec).collect()), attributes))
        };
        let features: Vec<_> = self.ledger.members.iter().enumerate().filter_map(shape).collect();
        Reference { name: self.tier.name.clone(), features: features.into(), visible: true, opacity: 1.0 }
    }

    pub(super) fn label(
        &self,
        coverage: &Coverage,
        tolerance_m: Option<f64>,
        progress: &Progress,
    ) -> Result<Labels, Cancelled> {
        topology::label(coverage, &self.areas, tolerance_m, progress)
    }
}

/// The land of some polygons, each outer ring without its holes, m².
pub(super) fn area_m2(points: &[Point], ring_ends: &[u32], polygon_ends: &[u32]) -> f64 {
    let rings = (0..polygon_ends.len()).flat_map(|polygon| range(polygon_ends, polygon).enumerate());
    rings
        .map(|(place, ring)| {
            let area = points.get(range(ring_ends, ring)).map_or(0.0, |ring| ring_area_m2(ring).abs());
            if place == 0 { area } else { -area }
        })
        .sum()
}

fn zone(feature: Feature, guess: &TierGuess) -> Zone {
    Zone {
        code: guess.code(&feature),
        name: guess.zone_name(&feature),
        locked: false,
        attributes: feature.attributes,
        foreign: feature.foreign,
        ..Zone::default()
    }
}

/// Disagreements listed one by one at most; the rest is one sentence.
const LISTED: usize = 50;

/// Where a layer and the base tier draw different lines, in figures: first the sum, then the largest pairs. `kept_out` says
/// how grave it is that the layer is no tier, where it is none.
pub(super) fn disagreements(
    source: &Source,
    base: &str,
    found: &[Disagreement],
    kept_out: Option<Severity>,
) -> Vec<Problem> {
    let kept = kept_out.is_none();
    let wide: Vec<&Disagreement> = found.iter().filter(|pair| pair.wide_m2 > 0.0).collect();
    let Some(largest) = wide.first() else { return Vec::new() };
    let total: f64 = wide.iter().map(|pair| pair.wide_m2).sum();
    let name = &source.tier.name;
    let (en, zh) = if kept {
        ("it became labels: each face went to the zone that holds most of it", "已按多数归属标注")
    } else {
        (
            "it was kept as a reference layer, not as a tier: its zones are in no hand-over",
            "已作为参考图层保留,未列为层级,不在任何成果中",
        )
    };
    let problem = |rule, reason, pair: &Disagreement, area| Problem {
        file: Some(source.file.clone()),
        tier: Some(name.clone()),
        zones: [pair.labelled, pair.drawn].into_iter().flatten().map(|unit| source.words(unit).0).collect(),
        area_m2: Some(area),
        place: Some(pair.at.into()),
        ..Problem::new(rule, kept_out.unwrap_or(Severity::Warning), reason)
    };
    let mut sum = problem(
        Rule::OutsideParent,
        Text::new(
            format!("{name} and {base} do not nest: {total:.0} m² in {} pairs of zones disagree; {en}", wide.len()),
            format!("{name}与{base}不嵌套:{} 对区划共 {total:.0} m² 不一致;{zh}", wide.len()),
        ),
        largest,
        total,
    );
    sum.zones.clear();
    sum.remedies = vec![
        Text::new("--nest label: give each face to the zone that holds most of it", "--nest label:各图斑归占比最大者"),
        Text::new("--nest overlay: cut the faces along its lines", "--nest overlay:按其边界切分图斑"),
        Text::new("--nest reference: draw and measure it only", "--nest reference:仅作参考"),
    ];
    let mut problems = vec![sum];
    if kept {
        problems.extend(wide.iter().take(LISTED).map(|pair| pair_problem(source, base, pair, &problem)));
    }
    problems
}

fn pair_problem(
    source: &Source,
    base: &str,
    pair: &Disagreement,
    problem: &impl Fn(Rule, Text, &Disagreement, f64) -> Problem,
) -> Problem {
    let name = |unit: Option<u32>| unit.map(|unit| source.words(unit).1);
    let area = pair.wide_m2;
    let (rule, en, zh) = match (name(pair.labelled), name(pair.drawn)) {
        (Some(one), Some(two)) => (
            Rule::OutsideParent,
            format!("{base} of {one} reaches {area:.0} m² into {two}"),
            format!("{one}的{base}伸入{two} {area:.0} m²"),
        ),
        (Some(one), None) => (
            Rule::OutsideParent,
            format!(
                "{base} of {one} reaches {area:.0} m² outside every {}",
                source.tier.called(Lang::En).to_lowercase()
            ),
            format!("{one}的{base}有 {area:.0} m² 在所有{}之外", source.tier.called(Lang::Zh)),
        ),
        (None, Some(two)) => (
            Rule::ParentNotCovered,
            format!("{area:.0} m² of {two} are not covered by {base}"),
            format!("{two}有 {area:.0} m² 未被{base}覆盖"),
        ),
        (None, None) => (Rule::OutsideParent, String::new(), String::new()),
    };
    problem(rule, Text::new(en, zh), pair, area)
}

/// A guess overruled: the key of a role, or else the name of a tier.
pub(super) fn asked(guess: TierGuess, name: &str) -> TierGuess {
    let roles = [Role::District, Role::Town, Role::Grid, Role::Community, Role::Unit, Role::Other];
    match roles.into_iter().find(|role| role.key() == name) {
        Some(role) => TierGuess { role, ..guess },
        None => TierGuess { name: name.to_owned(), role: tiers::by_file_name(name).unwrap_or(guess.role), ..guess },
    }
}

/// Coarse to fine: by role, then by the number of zones.
pub(super) fn order(tier: &Tier) -> (Role, usize) {
    (tier.role, tier.zones.slots())
}

/// A tier whose faces are those of a coverage cut anew: each new face keeps the owner of the face it came from.
pub(super) fn carried(tier: &Arc<Tier>, from: &[Option<FaceId>]) -> Arc<Tier> {
    let owner = from.iter().enumerate().filter_map(|(new, old)| Some((FaceId(new as u32), tier.owner_of((*old)?)?)));
    let mut table = Table::default();
    owner.for_each(|(face, zone)| table.set(face, Some(zone)));
    Arc::new(Tier { owner: table, ..(**tier).clone() })
}
