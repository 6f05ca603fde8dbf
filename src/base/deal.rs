//! Work dealt out to parts that fit the processor's cache, and what the parts made joined again.

use rayon::prelude::*;

/// Stretches that numbers are cut into: enough for the threads of any machine, few enough that their tables cost nothing.
const STRETCHES: usize = 16;

/// A stretch of numbers dealt out: by part, ascending within each.
pub(crate) struct Dealt {
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl Dealt {
    /// Numbers of the things that fell to a part.
    pub(crate) fn of(&self, part: usize) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
        self.order[self.starts[part] as usize..self.starts[part + 1] as usize].iter().copied()
    }
}

/// Deals the numbers below `count` out to `parts`; each may fall to one, none or several. A counting sort for each
/// stretch, in parallel: O(count + what falls to parts).
pub(crate) fn deal<I: IntoIterator<Item = usize>>(
    count: usize,
    parts: usize,
    parts_of: impl Fn(usize) -> I + Sync,
) -> Vec<Dealt> {
    let stretch = count.div_ceil(STRETCHES).max(1);
    (0..count.div_ceil(stretch))
        .into_par_iter()
        .map(|number| {
            let numbers = number * stretch..((number + 1) * stretch).min(count);
            let mut starts = vec![0_u32; parts + 1];
            let mut found = Vec::with_capacity(numbers.len());
            for at in numbers {
                for part in parts_of(at) {
                    starts[part + 1] += 1;
                    found.push((part as u32, at as u32));
                }
            }
            (1..=parts).for_each(|at| starts[at] += starts[at - 1]);
            let mut fill = starts.clone();
            let mut order = vec![0_u32; starts[parts] as usize];
            for (part, at) in found {
                let slot = &mut fill[part as usize];
                order[*slot as usize] = at;
                *slot += 1;
            }
            Dealt { starts, order }
        })
        .collect()
}

/// Arrays one after the other, copied in parallel.
pub(crate) fn joined<'a, T: Copy + Default + Send + Sync + 'a>(
    arrays: impl Iterator<Item = &'a [T]> + Clone,
) -> Vec<T> {
    let mut whole = vec![T::default(); arrays.clone().map(<[T]>::len).sum()];
    let (mut rest, mut pieces) = (whole.as_mut_slice(), Vec::new());
    for array in arrays {
        let (piece, after) = rest.split_at_mut(array.len());
        pieces.push((piece, array));
        rest = after;
    }
    pieces.into_par_iter().for_each(|(piece, array)| piece.copy_from_slice(array));
    whole
}
