//! The folder of a county's files: `ab/abcd…` by their SHA-256, `abcd….small` beside where there is a small picture,
//! and under `parts` what is on its way.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::is_sha256;
use crate::error::{Result, StoreError};
use crate::open::make_folder;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// Where the bytes of one county stand. Its calls wait for the disk: they belong on a thread that may.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

/// How far an upload has come, after a part of it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The bytes that stand.
    Received(u64),
    /// Other bytes stand there already: it is another file.
    Differs,
    /// Its place lies behind what stands.
    Ahead(u64),
    /// It would be longer than was said.
    TooLong,
    /// Another part is being written.
    Busy,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn parts(&self) -> PathBuf {
        self.folder.join("parts")
    }

    fn part(&self, id: Uuid) -> PathBuf {
        self.parts().join(id.to_string())
    }

    fn place(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..2]).join(sha256)
    }

    fn place_of_small(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..2]).join(format!("{sha256}.small"))
    }

    /// How many bytes of an upload stand.
    ///
    /// # Errors
    /// Of the disk.
    pub fn received(&self, id: Uuid) -> Result<u64> {
        match std::fs::metadata(self.part(id)) {
            Ok(known) => Ok(known.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(failed(self.part(id))(error)),
        }
    }

    /// Takes a part of an upload of `size` bytes at its place. Sent again it changes nothing; what stands is on the
    /// disk before this returns.
    ///
    /// # Errors
    /// The disk is full or fails; what stood stands.
    pub fn append(&self, id: Uuid, at: u64, bytes: &[u8], size: u64) -> Result<Part> {
        make_folder(&self.parts())?;
        let path = self.part(id);
        let mut file = File::options();
        let file = file.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = file.open(&path).map_err(failed(&path))?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(Part::Busy);
        }
        let stands = file.metadata().map_err(failed(&path))?.len();
        let end = at.saturating_add(bytes.len() as u64);
        if end > size {
            return Ok(Part::TooLong);
        }
        if at > stands {
            return Ok(Part::Ahead(stands));
        }
        let known = usize::try_from(stands.min(end) - at).unwrap_or(0);
        let mut there = vec![0; known];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut there))
            .map_err(failed(&path))?;
        if there != bytes[..known] {
            return Ok(Part::Differs);
        }
        let written = file.write_all(&bytes[known..]).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // What came of this part goes again: nothing half stands.
            drop(file.set_len(stands));
            return Err(failed(&path)(error));
        }
        if stands == 0 {
            flush(&self.parts())?;
        }
        Ok(Part::Received(stands.max(end)))
    }

    /// An upload's bytes, to be judged.
    ///
    /// # Errors
    /// It is not there.
    pub fn opened(&self, id: Uuid) -> Result<File> {
        File::open(self.part(id)).map_err(failed(self.part(id)))
    }

    /// An empty place for bytes that come in one go.
    ///
    /// # Errors
    /// Of the disk.
    pub fn begun(&self, id: Uuid) -> Result<File> {
        make_folder(&self.parts())?;
        let path = self.part(id);
        let mut file = File::options();
        let file = file.read(true).write(true).create(true).truncate(true).mode(0o600);
        file.open(&path).map_err(failed(path))
    }

    /// Forgets what came of an upload.
    pub fn drop_part(&self, id: Uuid) {
        // Swept with the others where it cannot be removed now.
        drop(std::fs::remove_file(self.part(id)));
    }

    /// Holds the names of this folder until it is dropped: whoever gives one or takes one away.
    ///
    /// # Errors
    /// Of the disk.
    pub fn lock(&self) -> Result<Lock> {
        make_folder(&self.folder)?;
        let path = self.folder.join("lock");
        let mut file = File::options();
        let file = file.write(true).create(true).truncate(false).mode(0o600);
        let file = file.open(&path).map_err(failed(&path))?;
        flock(&file, FlockOperation::LockExclusive).map_err(|e| failed(&path)(e.into()))?;
        Ok(Lock { _file: file })
    }

    /// Writes what is to be kept, flushed, under a name that nobody reads; with its SHA-256 and size.
    ///
    /// # Errors
    /// The disk is full or fails; nothing is left of it.
    pub fn write(&self, from: &mut impl Read, small: Option<&[u8]>) -> Result<Written> {
        make_folder(&self.parts())?;
        let whole = self.parts().join(format!("new-{}", Uuid::now_v7().simple()));
        let mut written = Written { whole, small: None, sha256: String::new(), size: 0 };
        let (sha256, size) = write_to(&written.whole, from)?;
        (written.sha256, written.size) = (sha256, size);
        if let Some(mut bytes) = small {
            let path = self.parts().join(format!("new-{}", Uuid::now_v7().simple()));
            written.small = Some(path.clone());
            write_to(&path, &mut bytes)?;
        }
        Ok(written)
    }

    /// Gives it its name. Where the same bytes have it already, they are the file.
    ///
    /// # Errors
    /// Of the disk.
    pub fn name(&self, written: &Written, _held: &Lock) -> Result<()> {
        let place = self.place(&written.sha256);
        let folder = place.parent().unwrap_or(&self.folder).to_owned();
        if !folder.exists() {
            make_folder(&folder)?;
            flush(&self.folder)?;
        }
        if let Some(small) = &written.small {
            let place = self.place_of_small(&written.sha256);
            std::fs::rename(small, &place).map_err(failed(&place))?;
        }
        if !self.has(&written.sha256) {
            std::fs::rename(&written.whole, &place).map_err(failed(&place))?;
        }
        flush(&folder)
    }

    /// Keeps a small picture beside its whole; not where that is gone.
    ///
    /// # Errors
    /// Of the disk.
    pub fn keep_small(&self, sha256: &str, mut small: &[u8]) -> Result<()> {
        let _held = self.lock()?;
        if !self.has(sha256) {
            return Ok(());
        }
        let path = self.parts().join(format!("new-{}", Uuid::now_v7().simple()));
        make_folder(&self.parts())?;
        write_to(&path, &mut small)?;
        let place = self.place_of_small(sha256);
        std::fs::rename(&path, &place).map_err(failed(&place))
    }

    pub fn has(&self, sha256: &str) -> bool {
        is_sha256(sha256) && self.place(sha256).is_file()
    }

    /// A file; none where it is not there.
    ///
    /// # Errors
    /// Of the disk.
    pub fn open(&self, sha256: &str) -> Result<Option<File>> {
        if is_sha256(sha256) { opened(&self.place(sha256)) } else { Ok(None) }
    }

    /// The small picture beside it; none where there is none.
    ///
    /// # Errors
    /// Of the disk.
    pub fn open_small(&self, sha256: &str) -> Result<Option<File>> {
        if is_sha256(sha256) { opened(&self.place_of_small(sha256)) } else { Ok(None) }
    }

    /// Whether the bytes are what their name says; none where they are not there.
    ///
    /// # Errors
    /// Of the disk.
    pub fn is_whole(&self, sha256: &str) -> Result<Option<bool>> {
        let Some(mut file) = self.open(sha256)? else { return Ok(None) };
        let (found, _) =
            copied(&mut file, &mut std::io::sink()).map_err(failed(self.place(sha256)))?;
        Ok(Some(found == sha256))
    }

    /// Takes the file and its small picture away.
    pub(super) fn remove(&self, sha256: &str, _held: &Lock) -> Result<()> {
        if !is_sha256(sha256) {
            return Ok(());
        }
        for path in [self.place_of_small(sha256), self.place(sha256)] {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(failed(path)(error));
                }
                _ => {}
            }
        }
        match flush(self.place(sha256).parent().unwrap_or(&self.folder)) {
            Err(StoreError::File { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(()),
            flushed => flushed,
        }
    }

    /// Removes what is on its way and was not written to for so long.
    pub(super) fn sweep_parts(&self, older: Duration) -> Result<u64> {
        let mut swept = 0;
        let entries = match std::fs::read_dir(self.parts()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            entries => entries.map_err(failed(self.parts()))?,
        };
        for entry in entries.flatten() {
            let written = entry.metadata().and_then(|known| known.modified()).ok();
            let age = written.and_then(|at| SystemTime::now().duration_since(at).ok());
            if age.is_some_and(|age| age > older) && std::fs::remove_file(entry.path()).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Free bytes of the disk on which the folder stands.
    pub fn room(&self) -> Option<u64> {
        let known = rustix::fs::statvfs(self.folder.parent()?).ok()?;
        Some(known.f_bavail * known.f_frsize)
    }
}

/// The names of a folder, held.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Bytes that are to be kept and have no name yet; dropped without one they go.
#[derive(Debug)]
pub struct Written {
    whole: PathBuf,
    small: Option<PathBuf>,
    pub sha256: String,
    pub size: u64,
}

impl Drop for Written {
    fn drop(&mut self) {
        for path in self.small.iter().chain([&self.whole]) {
            // Gone where it got its name; swept with the others where it cannot be removed now.
            drop(std::fs::remove_file(path));
        }
    }
}

fn opened(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

fn write_to(path: &Path, from: &mut impl Read) -> Result<(String, u64)> {
    let mut file = File::options();
    let file = file.write(true).create_new(true).mode(0o600);
    let mut file = file.open(path).map_err(failed(path))?;
    let copied = copied(from, &mut file).and_then(|copied| file.sync_all().map(|()| copied));
    copied.map_err(|error| {
        drop(std::fs::remove_file(path));
        failed(path)(error)
    })
}

/// Copies to the end; SHA-256 in hex and size of what was copied.
fn copied(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<(String, u64)> {
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece)? {
            0 => return Ok((hex::encode(hash.finalize()), size)),
            n => {
                hash.update(&piece[..n]);
                to.write_all(&piece[..n])?;
                size += n as u64;
            }
        }
    }
}

/// A folder, so that a new name in it is on the disk as well.
pub(crate) fn flush(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

/// A full disk is told as such wherever it is met.
fn failed(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.into();
    move |source| match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::File { path, source },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Place(PathBuf);

    impl Place {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("zongheng-files-{}", Uuid::now_v7().simple())))
        }

        fn files(&self) -> Files {
            Files::new(self.0.join("411524000000"))
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    fn read(mut file: File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_cut_of_parts_sent_once_or_twice_gives_the_same_file(
            bytes in proptest::collection::vec(any::<u8>(), 1..5_000),
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..3_usize), 0..8),
        ) {
            let place = Place::new();
            let (files, id, size) = (place.files(), Uuid::now_v7(), bytes.len() as u64);
            let mut places: Vec<(usize, usize)> =
                cuts.iter().map(|(at, again)| (at.index(bytes.len()), *again)).collect();
            places.extend([(0, 1), (bytes.len(), 0)]);
            places.sort_unstable();
            for pair in places.windows(2) {
                let ((at, again), (end, _)) = (pair[0], pair[1]);
                for _ in 0..=again {
                    // Some come again with a little of the part before.
                    let from = at.saturating_sub(again);
                    let came = files.append(id, from as u64, &bytes[from..end], size).unwrap();
                    prop_assert_eq!(came, Part::Received(end as u64));
                }
            }
            prop_assert_eq!(files.received(id).unwrap(), size);
            let mut whole = files.opened(id).unwrap();
            let written = files.write(&mut whole, None).unwrap();
            let held = files.lock().unwrap();
            files.name(&written, &held).unwrap();
            prop_assert_eq!(hex::encode(Sha256::digest(&bytes)), written.sha256.clone());
            prop_assert_eq!(read(files.open(&written.sha256).unwrap().unwrap()), bytes);
        }
    }

    #[test]
    fn a_part_has_its_place_and_other_bytes_there_are_another_file() {
        let place = Place::new();
        let (files, id) = (place.files(), Uuid::now_v7());
        assert_eq!(files.append(id, 4, b"later", 9).unwrap(), Part::Ahead(0));
        assert_eq!(files.append(id, 0, b"soon", 9).unwrap(), Part::Received(4));
        assert_eq!(files.append(id, 2, b"xx", 9).unwrap(), Part::Differs);
        assert_eq!(files.append(id, 4, b"later!", 9).unwrap(), Part::TooLong);
        assert_eq!(files.append(id, 2, b"onlater", 9).unwrap(), Part::Received(9));
        let held = files.opened(id).unwrap();
        flock(&held, FlockOperation::LockExclusive).unwrap();
        assert_eq!(files.append(id, 0, b"soon", 9).unwrap(), Part::Busy);
    }

    #[test]
    fn the_same_bytes_are_one_file_and_what_got_no_name_is_gone() {
        let place = Place::new();
        let files = place.files();
        let one = files.write(&mut &b"same"[..], Some(b"small")).unwrap();
        let two = files.write(&mut &b"same"[..], None).unwrap();
        let sha256 = one.sha256.clone();
        assert!(!files.has(&sha256), "nothing is seen before it has its name");
        {
            let held = files.lock().unwrap();
            files.name(&one, &held).unwrap();
            files.name(&two, &held).unwrap();
        }
        drop((one, two));
        drop(files.write(&mut &b"given up"[..], Some(b"x")).unwrap());
        assert_eq!(std::fs::read_dir(files.parts()).unwrap().count(), 0);
        assert_eq!(files.is_whole(&sha256).unwrap(), Some(true));
        assert_eq!(read(files.open_small(&sha256).unwrap().unwrap()), b"small");
        std::fs::write(files.place(&sha256), "other").unwrap();
        assert_eq!(files.is_whole(&sha256).unwrap(), Some(false));
        let held = files.lock().unwrap();
        files.remove(&sha256, &held).unwrap();
        files.remove(&sha256, &held).unwrap();
        assert_eq!(files.is_whole(&sha256).unwrap(), None);
        assert!(files.open_small(&sha256).unwrap().is_none());
        assert_eq!(files.open("../../etc/passwd").unwrap().map(drop), None);
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        let full = failed("x")(ErrorKind::StorageFull.into());
        assert!(matches!(full, StoreError::Full), "{full}");
    }
}
