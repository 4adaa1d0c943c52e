//! A file as the body of an answer, at the pace of who reads.

use std::fs::File;
use std::io::{ErrorKind, Read as _};

use axum::body::{Body, Bytes};
use futures_util::stream;

/// Bytes sent at a time.
const PIECE: usize = 64 << 10;

/// So many bytes of an open file, from where it stands.
pub fn streamed(file: File, length: u64) -> Body {
    let pieces = stream::try_unfold((file, length), async |(mut file, left)| {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::with_capacity(PIECE);
            file.by_ref().take(left.min(PIECE as u64)).read_to_end(&mut piece)?;
            Ok::<_, std::io::Error>((file, piece))
        });
        let (file, piece) = read.await.map_err(std::io::Error::other)??;
        if piece.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let left = left - piece.len() as u64;
        Ok(Some((Bytes::from(piece), (file, left))))
    });
    Body::from_stream(pieces)
}
