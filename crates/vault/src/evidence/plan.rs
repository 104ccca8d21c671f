//! How a content of a known size is cut: full chunks and a rest. There is one way only, so a reader expects every length.

/// The chunks of a content.
pub(super) struct Plan {
    size: u64,
    chunk_bytes: u64,
}

impl Plan {
    pub(super) fn new(size: u64, chunk_bytes: usize) -> Self {
        Self { size, chunk_bytes: chunk_bytes as u64 }
    }

    /// At least one: an empty content is one empty chunk. A size that no content has gives more chunks than there can be files.
    pub(super) fn chunks(&self) -> u32 {
        u32::try_from(self.size.div_ceil(self.chunk_bytes).max(1)).unwrap_or(u32::MAX)
    }

    pub(super) fn is_last(&self, index: u32) -> bool {
        index + 1 == self.chunks()
    }

    /// Bytes of content in a chunk.
    pub(super) fn content_bytes(&self, index: u32) -> usize {
        let rest = self.size.saturating_sub(u64::from(index).saturating_mul(self.chunk_bytes));
        // Not above a chunk, which was a usize.
        usize::try_from(rest.min(self.chunk_bytes)).unwrap_or(usize::MAX)
    }
}
