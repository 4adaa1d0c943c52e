//! Pictures as phones make them, and as they should not be: each is made anew or refused in plain words.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]
#![expect(clippy::cast_precision_loss, reason = "angles and points, far below 2^52")]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, RgbaImage};
use zongheng_files::{Fit, SIDE, SMALL, Taken, Unfit, judge, small_of};

fn judged(bytes: &[u8]) -> Result<Fit, Unfit> {
    judge(&mut Cursor::new(bytes), bytes.len() as u64)
}

fn made(bytes: &[u8]) -> (Vec<u8>, Vec<u8>, Taken) {
    match judged(bytes) {
        Ok(Fit::Picture { whole, small, taken }) => (whole, small, taken),
        other => panic!("no picture: {other:?}"),
    }
}

fn opened(jpeg: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap()
}

fn synthetic(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

/// Seconds since 1970 of `2026:03:09 08:12:31` in Beijing.
fn beijing(text: &str) -> i64 {
    let civil = jiff::civil::DateTime::strptime("%Y:%m:%d %H:%M:%S", text).unwrap();
    jiff::tz::offset(8).to_timestamp(civil).unwrap().as_second()
}

#[test]
fn each_picture_says_what_the_list_says_and_nothing_of_it_stays() {
    let list = String::from_utf8(synthetic("manifest.csv")).unwrap();
    let mut seen = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(6, ',').collect();
        let bytes = synthetic(fields[0]);
        let (whole, small, taken) = made(&bytes);
        let degrees = |text: &str| text.parse::<f64>().ok();
        match (degrees(fields[1]), degrees(fields[2])) {
            (Some(lat), Some(lon)) => {
                let [found_lon, found_lat] = taken.point.unwrap();
                // Seconds of an angle are written with two to four places: some centimetres.
                assert!((found_lon as f64 / 1e7 - lon).abs() < 2e-6, "{line}: {found_lon}");
                assert!((found_lat as f64 / 1e7 - lat).abs() < 2e-6, "{line}: {found_lat}");
            }
            _ => assert_eq!(taken.point, None, "{line}"),
        }
        let at = (!fields[3].is_empty()).then(|| beijing(fields[3]));
        assert_eq!(taken.at, at, "{line}");
        for kept in [&whole, &small] {
            for mark in [&b"Exif"[..], b"http://ns.adobe.com", b"ICC_PROFILE", b"2026:03"] {
                assert!(!kept.windows(mark.len()).any(|part| part == mark), "{line}: {mark:?}");
            }
            let again = made(kept).2;
            assert_eq!(again, Taken::default(), "{line}");
        }
        let (before, after) = (opened(&bytes), opened(&whole));
        let turned = fields[4] == "6";
        let sides = if turned {
            (before.height(), before.width())
        } else {
            (before.width(), before.height())
        };
        let shrunk = f64::from(sides.0.max(sides.1)) / f64::from(after.width().max(after.height()));
        assert!(after.width().max(after.height()) <= SIDE);
        assert!((f64::from(sides.0) / shrunk - f64::from(after.width())).abs() <= 1.0, "{line}");
        let little = opened(&small);
        assert_eq!(little.width().max(little.height()), SMALL, "{line}");
        seen += 1;
    }
    assert_eq!(seen, 8);
}

/// How far two pictures of the same size are apart, in steps of 255 a point.
fn apart(one: &DynamicImage, other: &DynamicImage) -> f64 {
    let (one, other) = (one.to_rgb8(), other.to_rgb8());
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

#[test]
fn a_picture_is_upright_however_the_phone_was_held() {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exif/orientation");
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} is not there, so no picture was turned", folder.display());
        return;
    }
    for shape in ["landscape", "portrait"] {
        let read = |n: u8| std::fs::read(folder.join(format!("{shape}_{n}.jpg"))).unwrap();
        let upright = opened(&made(&read(1)).0).thumbnail(60, 60);
        for n in 2..=8 {
            let turned = opened(&made(&read(n)).0).thumbnail(60, 60);
            // Each picture bears another number, so they are not the same; any other turn is far off.
            let near = apart(&upright, &turned);
            for other in [turned.fliph(), turned.flipv(), turned.rotate180()] {
                let far = apart(&upright, &other);
                assert!(near * 1.5 < far, "{shape}_{n}: {near} and {far}");
            }
        }
    }
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

#[test]
fn png_and_webp_become_jpeg_on_white() {
    let mut seen_through = RgbaImage::from_pixel(40, 30, image::Rgba([200, 0, 0, 255]));
    seen_through.put_pixel(0, 0, image::Rgba([0, 0, 0, 0]));
    for x in 0..8 {
        for y in 0..8 {
            seen_through.put_pixel(x, y, image::Rgba([0, 0, 0, 0]));
        }
    }
    let picture = DynamicImage::from(seen_through);
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let (whole, small, _) = made(&written(&picture, format));
        let kept = opened(&whole).to_rgb8();
        assert_eq!(kept.dimensions(), (40, 30));
        let [r, g, b] = kept.get_pixel(3, 3).0;
        assert!(r > 240 && g > 240 && b > 240, "what was seen through is white: {r} {g} {b}");
        assert_eq!(opened(&small).width(), 40, "a small one is not made larger");
        assert_eq!(
            small_of(&whole).unwrap(),
            small_of(&whole).unwrap(),
            "the same bytes each time"
        );
    }
}

fn why(bytes: &[u8]) -> String {
    judged(bytes).unwrap_err().to_string()
}

#[test]
fn a_cut_picture_is_refused_wherever_it_was_cut() {
    let whole = synthetic("s08_no_exif.jpg");
    for end in (3..whole.len()).step_by(997).chain([whole.len() - 2, whole.len() - 1]) {
        let told = why(&whole[..end]);
        assert!(told.contains("missing") || told.contains("cannot be read"), "{end}: {told}");
    }
    let png = written(&opened(&whole).thumbnail(64, 64), ImageFormat::Png);
    for end in 9..png.len() {
        let told = why(&png[..end]);
        assert!(told.contains("missing") || told.contains("cannot be read"), "{end}: {told}");
    }
}

/// The header of a PNG of that size, with no points behind it worth the name.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    fn part(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
        let mut crc = flate2::Crc::new();
        crc.update(&name);
        crc.update(data);
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(name);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 6, 0, 0, 0]);
    part(&mut out, *b"IHDR", &head);
    part(&mut out, *b"IDAT", &[0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    part(&mut out, *b"IEND", &[]);
    out
}

#[test]
fn a_picture_of_900_million_points_is_refused_before_it_is_opened() {
    for (width, height) in [(30_000, 30_000), (u32::MAX >> 1, 2), (16_385, 1), (8_000, 8_000)] {
        assert!(why(&png_of(width, height)).contains("too large"), "{width} x {height}");
    }
    assert!(why(&png_of(100, 100)).contains("cannot be read"), "its points are not there");
}

#[test]
fn two_files_in_one_are_refused_and_what_phones_put_behind_is_not() {
    let whole = synthetic("s08_no_exif.jpg");
    let with = |rest: &[u8]| [whole.as_slice(), rest].concat();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let page = b"<html><script>alert(1)</script></html>";
    for rest in [&archive[..], page, b"%PDF-1.4", b"MZ\x90\0", b"#!/bin/sh", b"\0\0<svg>"] {
        assert!(why(&with(rest)).contains("second file"), "{:?}", &rest[..6]);
    }
    for rest in
        [&b"\0\0\0\0"[..], &synthetic("s03_no_gps.jpg"), b"\0\0\0\x18ftypmp42film", b"SEFHq\0"]
    {
        made(&with(rest));
    }
}
