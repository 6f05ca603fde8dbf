//! Steps through bytes that are not believed: a read beyond the end is `None`, never a panic and never an allocation.

/// A place in bytes, with the order numbers are written in.
#[derive(Clone, Debug)]
pub(super) struct Bytes<'a> {
    data: &'a [u8],
    at: usize,
    /// Numbers stand high byte first.
    pub(super) big: bool,
}

impl<'a> Bytes<'a> {
    /// From the start, low byte first.
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, big: false }
    }

    /// The same bytes from another place on.
    pub(super) fn at(&self, at: usize) -> Self {
        Self { at, ..self.clone() }
    }

    /// Where the next byte stands.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// All of the bytes.
    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    /// Bytes that remain.
    pub(super) fn left(&self) -> usize {
        self.data.len().saturating_sub(self.at)
    }

    /// Whether so many things of a size can still follow: what must hold before room is made for them.
    pub(super) fn holds(&self, count: usize, size: usize) -> bool {
        count.checked_mul(size).is_some_and(|bytes| bytes <= self.left())
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let bytes = self.data.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes: [u8; N] = self.take(N)?.try_into().ok()?;
        if self.big {
            bytes.reverse();
        }
        Some(bytes)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// A count of things of a size, checked against what remains.
    pub(super) fn count(&mut self, size: usize) -> Option<usize> {
        let count = self.u32()? as usize;
        self.holds(count, size).then_some(count)
    }

    /// Two numbers, and more that are passed over.
    pub(super) fn position(&mut self, more: usize) -> Option<[f64; 2]> {
        let place = [self.f64()?, self.f64()?];
        self.take(more * 8)?;
        Some(place)
    }
}
