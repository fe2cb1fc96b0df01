//! A stream in memory.

use std::io::{self, Read, Write};

/// An in-memory stream: reads come from `input`, writes go to `output`.
#[derive(Debug, Default)]
pub struct MemoryStream {
    pub input: io::Cursor<Vec<u8>>,
    pub output: Vec<u8>,
}

impl Read for MemoryStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.input.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            length => Ok(length),
        }
    }
}

impl Write for MemoryStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
