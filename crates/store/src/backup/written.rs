//! A backup's file on its way to the disk, on a thread of its own: compressed, encrypted, under another
//! name until it is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::chunks::Sealer;
use super::header::Header;
use super::{BackupError, What};
use crate::error::{Result, StoreError};

/// The quickest that still halves and halves again what is written: half of a backup's time is this.
const LEVEL: i32 = 1;

/// Lines on their way: a slow disk holds the reading up, not the memory.
const WAITING: usize = 8;

/// A file that is there once it is whole, and else not at all.
pub(super) struct Writing {
    lines: mpsc::Sender<Option<Vec<u8>>>,
    thread: JoinHandle<io::Result<u64>>,
    path: PathBuf,
}

impl Writing {
    /// # Errors
    /// The file is there already, or cannot be made.
    pub(super) fn begin(path: &Path, header: &Header, key: [u8; 32]) -> Result<Self> {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()).into());
        }
        let line = header.line()?;
        let part = part(path);
        let mut made = File::options();
        made.write(true).create_new(true).mode(0o600);
        let file = made.open(&part).map_err(StoreError::file(&part))?;
        Ok(Self::onto(file, part, path, line, key))
    }

    /// Onto a file that stands under the name `part` until it is whole.
    fn onto(file: File, part: PathBuf, path: &Path, header: String, key: [u8; 32]) -> Self {
        let (lines, waiting) = mpsc::channel(WAITING);
        let goal = path.to_owned();
        let thread = tokio::task::spawn_blocking(move || {
            let written = write(file, &header, &key, waiting).and_then(|size| {
                put(&part, &goal)?;
                folder_of(&goal).sync_all()?;
                Ok(size)
            });
            if written.is_err() {
                // What is left of it is of no use to anybody; the error says why there is none.
                drop(std::fs::remove_file(&part));
            }
            written
        });
        Self { lines, thread, path: path.to_owned() }
    }

    /// One more line; its end is added here.
    pub(super) async fn line(&mut self, mut line: Vec<u8>) -> Result<()> {
        line.push(b'\n');
        if self.lines.send(Some(line)).await.is_ok() {
            return Ok(());
        }
        self.ended().await.map(|_| ())
    }

    /// Waits until the whole file is on the disk; its size in bytes.
    pub(super) async fn finish(mut self) -> Result<u64> {
        // Where the thread has ended already, it says below why.
        drop(self.lines.send(None).await);
        self.ended().await
    }

    async fn ended(&mut self) -> Result<u64> {
        let written = (&mut self.thread).await.unwrap_or_else(|e| Err(io::Error::other(e)));
        written.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                BackupError::Full(self.path.clone()).into()
            }
            io::ErrorKind::AlreadyExists => BackupError::Exists(self.path.clone()).into(),
            _ => StoreError::File { path: self.path.clone(), source: error },
        })
    }
}

fn write(
    file: File,
    header: &str,
    key: &[u8; 32],
    mut waiting: mpsc::Receiver<Option<Vec<u8>>>,
) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    out.write_all(header.as_bytes())?;
    let sealer = Sealer::new(out, key, header.as_bytes());
    let mut packed = zstd::stream::write::Encoder::new(sealer, LEVEL)?;
    loop {
        match waiting.blocking_recv() {
            Some(Some(line)) => packed.write_all(&line)?,
            Some(None) => break,
            None => return Err(io::Error::other("it was given up before its end")),
        }
    }
    let file = packed.finish()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Under which name a file stands until it is whole: one of its own, since another may be written to the same end.
fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.part", uuid::Uuid::now_v7().simple()));
    PathBuf::from(name)
}

/// Gives a whole file its name, unless another has it by now.
fn put(part: &Path, goal: &Path) -> io::Result<()> {
    match std::fs::hard_link(part, goal) {
        Ok(()) => std::fs::remove_file(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without links, such as that of a stick.
        Err(_) if goal.exists() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => std::fs::rename(part, goal),
    }
}

/// The folder, so that the new name in it is on the disk as well.
fn folder_of(path: &Path) -> FolderHandle {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    FolderHandle(folder.unwrap_or(Path::new(".")).to_owned())
}

struct FolderHandle(PathBuf);

impl FolderHandle {
    fn sync_all(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

/// A line as it is read back.
pub(super) enum Line {
    /// Rows of a table, each with its columns.
    Rows(Vec<Vec<Value>>),
    /// What says which rows or which file comes next, and pieces of files.
    Other(Vec<u8>),
}

/// Reads a file's lines on a thread of its own, decrypted and unpacked, lists of rows taken apart.
pub(super) struct Reading {
    lines: mpsc::Receiver<io::Result<Line>>,
    path: PathBuf,
}

impl Reading {
    /// # Errors
    /// It cannot be read, is no backup, is of a later format or was encrypted under another ring.
    pub(super) fn begin(
        path: &Path,
        ring: &crate::vault::Ring,
        what: What,
    ) -> Result<(Header, Self)> {
        let file = File::open(path).map_err(StoreError::file(path))?;
        let mut from = io::BufReader::with_capacity(1 << 20, file);
        let (header, line) = Header::read(path, &mut from)?;
        if header.zongheng != what {
            return Err(BackupError::OnlyAnIncrement.of(path).into());
        }
        let key = header.key(ring).map_err(|fault| fault.of(path))?;
        let (sender, lines) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(from, &key, &line, &sender) {
                // Nobody reads on: then nobody is left to be told.
                drop(sender.blocking_send(Err(error)));
            }
        });
        Ok((header, Self { lines, path: path.to_owned() }))
    }

    /// The next line; none after the last.
    pub(super) async fn line(&mut self) -> Result<Option<Line>> {
        match self.lines.recv().await {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(line)),
            Some(Err(error)) => Err(self.fault(error)),
        }
    }

    fn fault(&self, error: io::Error) -> StoreError {
        let path = self.path.clone();
        match error.downcast::<BackupError>() {
            Ok(fault) => fault.of(path).into(),
            Err(source) => StoreError::File { path, source },
        }
    }

    pub(super) fn misshapen(&self, what: impl std::fmt::Display) -> StoreError {
        BackupError::Misshapen(what.to_string()).of(&self.path).into()
    }
}

fn read(
    from: impl io::Read,
    key: &[u8; 32],
    header: &[u8],
    lines: &mpsc::Sender<io::Result<Line>>,
) -> io::Result<()> {
    let opener = super::chunks::Opener::new(from, key, header);
    let unpacked = zstd::stream::read::Decoder::new(opener)?;
    let mut unpacked = io::BufReader::with_capacity(1 << 18, unpacked);
    loop {
        let mut line = Vec::new();
        if io::BufRead::read_until(&mut unpacked, b'\n', &mut line)? == 0 {
            return Ok(());
        }
        line.pop();
        let line = if line.starts_with(b"[") {
            let misshapen = |e: serde_json::Error| BackupError::Misshapen(e.to_string());
            Line::Rows(serde_json::from_slice(&line).map_err(misshapen).map_err(io::Error::other)?)
        } else {
            Line::Other(line)
        };
        if lines.blocking_send(Ok(line)).is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_leaves_no_half_file_and_says_so() {
        // A device on which every write finds no room.
        let Ok(full) = File::options().write(true).open("/dev/full") else { return };
        let path = std::env::temp_dir().join(format!("zongheng-full-{}", uuid::Uuid::now_v7()));
        let part = part(&path);
        std::fs::write(&part, "").unwrap();
        let mut writing = Writing::onto(full, part.clone(), &path, "{}\n".to_owned(), [7; 32]);
        // Whether the first line or the end hears of it, says the device.
        let failed = match writing.line(vec![b' '; 4 << 20]).await {
            Err(failed) => failed,
            Ok(()) => writing.finish().await.unwrap_err(),
        };
        assert!(matches!(failed, StoreError::Backup(BackupError::Full(_))), "{failed:?}");
        assert!(failed.to_string().contains("the disk is full"), "{failed}");
        assert!(!path.exists() && !part.exists());
    }
}
