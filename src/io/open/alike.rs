//! Layers of one kind whose land is apart: a file a town, a folder a community, a file a zone. They are one tier.
//!
//! The names of such files are names of places as often as of kinds ("中山街道", "长流镇", "振兴社区"), so that words in them
//! part what belongs together. Where the land of layers is apart, their codes and properties tell more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::apart::Lands;
use super::joined::joined;
use super::parts::ZoneLayer;
use crate::base::{Problem, Rule, Severity, Text};
use crate::io::bytes::file_name;
use crate::io::tiers;
use crate::model::Role;

/// Digits of codes that say something: shorter ones are numbers of rows as well.
const DIGITS: usize = 6;
/// Names said of layers that were put together.
const NAMED: usize = 4;

/// Layers of one kind whose land is apart put together, all others as they are, in the order of their first files; and what
/// is to be said of it.
pub(super) fn together(layers: Vec<ZoneLayer>) -> (Vec<ZoneLayer>, Vec<Problem>) {
    if layers.len() < 2 {
        return (layers, Vec::new());
    }
    let (groups, said) = grouped(&layers);
    let mut layers: Vec<Option<ZoneLayer>> = layers.into_iter().map(Some).collect();
    let mut taken = |group: Vec<usize>| group.into_iter().filter_map(|at| layers.get_mut(at)?.take()).collect();
    (groups.into_iter().filter_map(|(group, role)| joined(taken(group), role)).collect(), said)
}

/// Places of layers that are one, with the role they have together.
type Group = (Vec<usize>, Role);

fn grouped(layers: &[ZoneLayer]) -> (Vec<Group>, Vec<Problem>) {
    let lands = Lands::of(layers);
    let mut kinds: BTreeMap<Kind<'_>, Vec<usize>> = BTreeMap::new();
    layers.iter().enumerate().for_each(|(at, zones)| kinds.entry(Kind::of(zones)).or_default().push(at));
    let mut same: Vec<Vec<usize>> = kinds.into_values().flat_map(|kind| apart(&lands, kind)).collect();
    same.sort_unstable();
    let traits: Vec<Traits<'_>> = layers.iter().map(Traits::of).collect();
    let mut groups: Vec<Vec<Vec<usize>>> = Vec::new();
    for next in same {
        let fits = |group: &&mut Vec<Vec<usize>>| {
            let pairs = || group.iter().flatten().flat_map(|&one| next.iter().map(move |&other| (one, other)));
            pairs().all(|(one, other)| traits[one].are_alike(&traits[other]))
                && pairs().all(|(one, other)| lands.are_apart(one, other))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(next),
            None => groups.push(vec![next]),
        }
    }
    let several = groups.iter().filter(|group| group.len() > 1);
    let said = several.filter_map(|group| said(layers, &traits, &group.concat())).collect();
    let one = |group: Vec<Vec<usize>>| {
        let several = group.len() > 1;
        let mut all = group.concat();
        all.sort_unstable();
        let own = all.first().and_then(|&at| layers.get(at)).map_or(Role::Other, |zones| zones.guess.role);
        let role = if several { common_role(all.iter().filter_map(|&at| traits.get(at)).collect()) } else { own };
        (all, role)
    };
    let mut groups: Vec<Group> = groups.into_iter().map(one).collect();
    groups.sort_unstable();
    (groups, said)
}

/// What tells layers of one kind at once: what they were said to be; else their role, and where nothing tells a role, the
/// names of their properties.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind<'a> {
    asked: Option<&'a str>,
    role: Role,
    keys: BTreeSet<&'a str>,
}

impl<'a> Kind<'a> {
    fn of(zones: &'a ZoneLayer) -> Self {
        let (asked, role) = (zones.asked.as_deref(), zones.guess.role);
        let known = role != Role::Other || asked.is_some();
        Self { asked, role, keys: if known { BTreeSet::new() } else { keys(zones) } }
    }
}

/// The names of a layer's properties.
fn keys(zones: &ZoneLayer) -> BTreeSet<&str> {
    let features = zones.layer.features.iter().take(50);
    features.flat_map(|feature| feature.attributes.keys().map(String::as_str)).collect()
}

/// Layers of one kind in groups whose land is apart.
fn apart(lands: &Lands<'_>, kind: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in kind {
        match groups.iter_mut().find(|group| group.iter().all(|&other| lands.are_apart(at, other))) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// What tells whether two layers whose land is apart are parts of one.
struct Traits<'a> {
    asked: Option<&'a str>,
    path: &'a Path,
    /// The role that the words of its name stand for.
    word: Option<Role>,
    /// Whether its name is nothing but such a word, and no place's.
    bare: bool,
    /// The length of its codes, where all are digits and long enough.
    digits: Option<usize>,
    keys: BTreeSet<&'a str>,
}

impl<'a> Traits<'a> {
    fn of(zones: &'a ZoneLayer) -> Self {
        let layer = &zones.layer;
        Self {
            asked: zones.asked.as_deref(),
            path: &layer.path,
            word: tiers::by_file_name(&layer.name),
            bare: tiers::is_bare(&layer.name),
            digits: tiers::code_digits(layer, &zones.guess).filter(|&digits| digits >= DIGITS),
            keys: keys(zones),
        }
    }

    /// Whether nothing tells the two apart: names that are words for kinds and nothing else, then the length of the codes,
    /// then the properties.
    fn are_alike(&self, other: &Self) -> bool {
        if self.asked.is_some() || other.asked.is_some() {
            return self.asked == other.asked;
        }
        if self.word.is_some() && self.word == other.word {
            return true;
        }
        let one_file = self.path == other.path;
        let bare = if one_file { self.bare && other.bare } else { self.bare || other.bare };
        if bare && self.word.is_some() && other.word.is_some() {
            return false;
        }
        if let (Some(one), Some(other)) = (self.digits, other.digits) {
            return one == other;
        }
        let (few, many) = if self.keys.len() < other.keys.len() { (self, other) } else { (other, self) };
        many.keys.is_superset(&few.keys) && (one_file || few.keys.is_empty() == many.keys.is_empty())
    }
}

/// The role that most of some layers have by their names, else by their codes.
fn common_role(all: Vec<&Traits<'_>>) -> Role {
    let mut words: BTreeMap<Role, usize> = BTreeMap::new();
    all.iter().filter_map(|traits| traits.word).for_each(|role| *words.entry(role).or_default() += 1);
    let most = words.into_iter().find(|&(_, count)| 2 * count > all.len()).map(|(role, _)| role);
    let digits: BTreeSet<Option<usize>> = all.iter().map(|traits| traits.digits).collect();
    let by_codes = || match digits.into_iter().collect::<Vec<_>>()[..] {
        [Some(digits)] => tiers::by_digits(digits),
        _ => None,
    };
    most.or_else(by_codes).unwrap_or(Role::Other)
}

/// Says that layers whose names sound like different kinds were put together: to be looked at where their codes do not tell
/// that they are one.
fn said(layers: &[ZoneLayer], traits: &[Traits<'_>], group: &[usize]) -> Option<Problem> {
    let own: Vec<&Traits<'_>> = group.iter().filter_map(|&at| traits.get(at)).collect();
    let words: BTreeSet<Role> = own.iter().filter_map(|traits| traits.word).collect();
    let told = own.windows(2).all(|pair| pair[0].digits.is_some() && pair[0].digits == pair[1].digits);
    let severity = if told || words.len() < 2 { Severity::Note } else { Severity::Warning };
    let one_file = own.windows(2).all(|pair| pair[0].path == pair[1].path);
    let all: Vec<&ZoneLayer> = group.iter().filter_map(|&at| layers.get(at)).collect();
    let first = all.first()?;
    let names: Vec<&str> = all.iter().take(NAMED).map(|zones| zones.layer.name.as_str()).collect();
    let more = if all.len() > names.len() { (", …", " 等") } else { ("", "") };
    let count = all.len();
    let reason = Text::new(
        format!(
            "{count} layers ({}{}) lie beside each other and were taken as one layer of zones, though their names sound like \
             different kinds",
            names.join(", "),
            more.0
        ),
        format!("{count} 个图层（{}{}）彼此相邻而不重叠，名称虽似不同类别，已合为一层", names.join("、"), more.1),
    );
    let file = file_name(&first.layer.path);
    let ask = Text::new(
        format!("If they are not, say what each is with --tier NAME={file}"),
        format!("如不是同一层，请用 --tier 名称={file} 分别指定"),
    );
    let remedies = if one_file { Vec::new() } else { vec![ask] };
    Some(Problem { file: Some(file), remedies, ..Problem::new(Rule::BadValue, severity, reason) })
}
