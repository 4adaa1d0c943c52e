//! Pictures are decoded within bounds and made anew: turned upright, no larger than a screen needs, a small one
//! beside, and nothing else of what came.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, Limits, RgbImage};

use crate::sniff::hides;
use crate::taken::{Taken, read};
use crate::{Fit, Kind, Unfit};

/// The most points of a picture that is opened, in millions; the largest phones take 50.
pub const MOST_PIXELS: u64 = 50;
/// Of one sent in several passes, which takes more memory to open.
const MOST_IN_PASSES: u64 = 25;
/// The longest side of a picture that is opened.
pub const MOST_SIDE: u32 = 16_384;
/// The longest side of what is kept.
pub const SIDE: u32 = 2_560;
/// The longest side of the small one.
pub const SMALL: u32 = 320;

/// Bytes that opening one may take.
const MEMORY: u64 = 220 << 20;
const QUALITY: u8 = 85;
const QUALITY_SMALL: u8 = 75;

pub(crate) fn made_anew(kind: Kind, bytes: &[u8]) -> Result<Fit, Unfit> {
    let (end, passes) = if kind == Kind::Jpeg {
        end_of_jpeg(bytes).ok_or(Unfit::Cut)?
    } else {
        (end_of(kind, bytes).ok_or(Unfit::Cut)?, false)
    };
    stands_alone(&bytes[end..])?;
    let most = if passes { MOST_IN_PASSES } else { MOST_PIXELS };
    let from = Cursor::new(bytes);
    let opened = match kind {
        Kind::Png => opened(PngDecoder::new(from).map_err(|_| Unfit::Broken)?, most),
        Kind::Webp => opened(WebPDecoder::new(from).map_err(|_| Unfit::Broken)?, most),
        _ => opened(JpegDecoder::new(from).map_err(|_| Unfit::Broken)?, most),
    }?;
    let (picture, turn, taken) = opened;
    let mut picture = within(picture, SIDE);
    picture.apply_orientation(turn);
    let whole = jpeg(&picture, QUALITY)?;
    let small = jpeg(&within(picture, SMALL), QUALITY_SMALL)?;
    Ok(Fit::Picture { whole, small, taken })
}

/// The small picture of one that was made anew.
///
/// # Errors
/// It is none.
pub fn small_of(whole: &[u8]) -> Result<Vec<u8>, Unfit> {
    let decoder = JpegDecoder::new(Cursor::new(whole)).map_err(|_| Unfit::Broken)?;
    let (picture, ..) = opened(decoder, MOST_PIXELS)?;
    jpeg(&within(picture, SMALL), QUALITY_SMALL)
}

fn opened(
    mut decoder: impl ImageDecoder,
    most: u64,
) -> Result<(DynamicImage, Orientation, Taken), Unfit> {
    let (width, height) = decoder.dimensions();
    let large = || Unfit::TooManyPixels { pixels: most, side: MOST_SIDE };
    if u64::from(width) * u64::from(height) > most * 1_000_000 || width.max(height) > MOST_SIDE {
        return Err(large());
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    decoder.set_limits(limits).map_err(|_| large())?;
    if decoder.total_bytes() > MEMORY {
        return Err(large());
    }
    let notes = decoder.exif_metadata().ok().flatten();
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Broken)?;
    Ok((picture, turn, notes.map(read).unwrap_or_default()))
}

/// The picture, made smaller where a side is longer. Each point is the mean of those in its place: unlike finer ways
/// that needs no second picture in memory.
fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) > side {
        picture.thumbnail(side, side)
    } else {
        picture
    }
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Unfit> {
    let flat = flat(picture);
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .encode(&flat, flat.width(), flat.height(), ExtendedColorType::Rgb8)
        .map_err(|_| Unfit::Broken)?;
    Ok(out)
}

/// Without what can be seen through: on white, as on paper.
fn flat(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    let on_white = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u32::from(channel), u32::from(alpha));
        u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [r, g, b, a] = seen.get_pixel(x, y).0;
        image::Rgb([on_white(r, a), on_white(g, a), on_white(b, a)])
    })
}

/// What phones put behind a picture is let pass: zeros, a second picture, a short film, notes of the maker.
fn stands_alone(rest: &[u8]) -> Result<(), Unfit> {
    if hides(rest) { Err(Unfit::Two) } else { Ok(()) }
}

/// Where the picture ends and whether it comes in several passes; none where it is cut off.
fn end_of_jpeg(bytes: &[u8]) -> Option<(usize, bool)> {
    let (mut at, mut passes) = (2, false);
    loop {
        // Between segments, and in what follows SOS, bytes up to the next marker belong to the picture.
        while *bytes.get(at)? != 0xFF || matches!(bytes.get(at + 1)?, 0x00 | 0xD0..=0xD7 | 0xFF) {
            at += 1;
        }
        let marker = bytes[at + 1];
        match marker {
            0xD9 => return Some((at + 2, passes)),
            0x01 | 0xD8 => at += 2,
            _ => {
                passes |= marker == 0xC2;
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length).max(2);
            }
        }
    }
}

/// Where a PNG or WebP ends, by what it says of its parts.
fn end_of(kind: Kind, bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok());
    if kind == Kind::Webp {
        let end = 8 + usize::try_from(u32::from_le_bytes(number(4)?)).ok()?;
        return (end <= bytes.len()).then_some(end);
    }
    let mut at = 8_usize;
    loop {
        let length = usize::try_from(u32::from_be_bytes(number(at)?)).ok()?;
        let last = bytes.get(at + 4..at + 8)? == b"IEND";
        at = at.checked_add(length)?.checked_add(12)?;
        if at > bytes.len() {
            return None;
        }
        if last {
            return Some(at);
        }
    }
}
