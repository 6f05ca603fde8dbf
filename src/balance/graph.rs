//! Units and who touches whom, in flat arrays.

/// Counts that make one unit of cost: three decimals are kept, so that sums do not depend on their order.
pub(super) const COST_UNIT: f64 = 1000.0;

/// What the search knows of one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Unit {
    /// What is balanced: people, or milliseconds of work a week.
    pub weight: i64,
    /// Length of its outline that no other unit shares, in millionths of the input's unit or in millimetres.
    pub outline: i64,
    /// Area, in the squared unit of the lengths.
    pub area: i128,
    /// A place that stands for it: degrees east and north, or metres.
    pub at: [f64; 2],
}

/// Units and adjacencies as compressed rows: the neighbours of unit `u` are `slots(u)` of the arrays.
///
/// An adjacency stands twice, once for each side; the two slots are each other's twin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    units: Vec<Unit>,
    starts: Vec<u32>,
    sources: Vec<u32>,
    ends: Vec<u32>,
    lengths: Vec<i64>,
    twins: Vec<u32>,
    costs: Vec<f64>,
}

impl Graph {
    /// A graph of units and adjacencies `(one, other, shared length)`. O(n + m log m).
    ///
    /// Lengths of a pair given twice are added up. A pair with itself or with a unit that is not there is left out:
    /// a reader refuses it before.
    #[must_use]
    pub fn new(units: Vec<Unit>, edges: &[(u32, u32, i64)]) -> Self {
        let count = units.len() as u32;
        let mut pairs: Vec<(u32, u32, i64)> =
            edges.iter().flat_map(|&(a, b, length)| [(a, b, length), (b, a, length)]).collect();
        pairs.retain(|&(a, b, _)| a != b && a < count && b < count);
        pairs.sort_unstable();
        pairs.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            kept.2 += if same { next.2 } else { 0 };
            same
        });
        let mut starts = vec![0; units.len() + 1];
        for &(a, ..) in &pairs {
            starts[a as usize + 1] += 1;
        }
        for unit in 0..units.len() {
            starts[unit + 1] += starts[unit];
        }
        // Pairs are sorted by (a, b), so the pairs (b, a) of one b come in the order of b's own row.
        let mut next = starts.clone();
        let twins = pairs
            .iter()
            .map(|&(_, b, _)| {
                next[b as usize] += 1;
                next[b as usize] - 1
            })
            .collect();
        Self {
            units,
            starts,
            sources: pairs.iter().map(|pair| pair.0).collect(),
            ends: pairs.iter().map(|pair| pair.1).collect(),
            lengths: pairs.iter().map(|pair| pair.2).collect(),
            twins,
            costs: Vec::new(),
        }
    }

    /// The same with a table of what serving each unit from each centre costs, centre by centre: as many rows and columns as
    /// there are units, else it is left out.
    #[must_use]
    pub fn with_costs(mut self, costs: &[Vec<f64>]) -> Self {
        let count = self.len();
        if costs.len() == count && costs.iter().all(|row| row.len() == count) {
            self.costs = costs.iter().flatten().map(|cost| (cost * COST_UNIT).round()).collect();
        }
        self
    }

    /// Costs in counts, centre by centre; empty where there are none.
    #[must_use]
    pub fn costs(&self) -> &[f64] {
        &self.costs
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The units.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Twice the number of adjacencies.
    pub(super) fn slot_count(&self) -> usize {
        self.ends.len()
    }

    /// The slots of a unit's adjacencies.
    #[inline]
    pub(super) fn slots(&self, unit: u32) -> std::ops::Range<usize> {
        self.starts[unit as usize] as usize..self.starts[unit as usize + 1] as usize
    }

    /// The unit on this side of a slot.
    #[inline]
    pub(super) fn source(&self, slot: usize) -> u32 {
        self.sources[slot]
    }

    /// The unit on the other side of a slot.
    #[inline]
    pub(super) fn end(&self, slot: usize) -> u32 {
        self.ends[slot]
    }

    /// The same adjacency seen from the other side.
    #[inline]
    pub(super) fn twin(&self, slot: usize) -> u32 {
        self.twins[slot]
    }

    /// Shared length of a slot.
    #[inline]
    pub(super) fn length(&self, slot: usize) -> i64 {
        self.lengths[slot]
    }

    /// The neighbours of a unit, ascending.
    #[inline]
    pub fn neighbours(&self, unit: u32) -> &[u32] {
        &self.ends[self.slots(unit)]
    }

    /// All adjacencies `(one, other, shared length)`, the lower unit first, ascending.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32, i64)> + '_ {
        (0..self.ends.len())
            .map(|slot| (self.sources[slot], self.ends[slot], self.lengths[slot]))
            .filter(|&(a, b, _)| a < b)
    }

    /// Sum of all weights.
    #[must_use]
    pub fn total_weight(&self) -> i64 {
        self.units.iter().map(|unit| unit.weight).sum()
    }

    /// The connected part of each unit, counted from 0 in the order of their lowest units, and how many there are.
    #[must_use]
    pub fn parts(&self) -> (Vec<u32>, usize) {
        let mut part = vec![u32::MAX; self.len()];
        let (mut parts, mut queue) = (0, Vec::new());
        for start in 0..self.len() as u32 {
            if part[start as usize] != u32::MAX {
                continue;
            }
            queue.push(start);
            part[start as usize] = parts;
            while let Some(unit) = queue.pop() {
                for &next in self.neighbours(unit) {
                    if part[next as usize] == u32::MAX {
                        part[next as usize] = parts;
                        queue.push(next);
                    }
                }
            }
            parts += 1;
        }
        (part, parts as usize)
    }
}
