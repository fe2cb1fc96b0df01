//! Throughput of decoder and encoder: `cargo bench -p yodel-websocket --bench websocket`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use yodel_websocket::batch::{Batch, BatchBuilder};
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::frame::{Header, Opcode};
use yodel_websocket::message::Kind;
use yodel_websocket::{deflate, mask};

/// Payload sizes from a chat message to a picture, in bytes.
const SIZES: [usize; 4] = [16, 64, 1024, 16 * 1024];

/// Number of frames in one read.
const FRAMES: usize = 8;

fn main() {
    divan::main();
}

/// Returns text that compresses like natural language.
fn text(length: usize) -> Vec<u8> {
    let words = ["alpha ", "beta ", "gamma ", "delta ", "epsilon ", "zeta ", "eta ", "theta "];
    let bytes = (0_usize..).flat_map(|index| words[index * index % 7].bytes());
    bytes.take(length).collect()
}

/// Returns a masked frame.
fn masked(payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let header = Header { fin: true, rsv1: false, opcode: Opcode::Text, mask: Some(key), length: payload.len() as u64 };
    let mut frame = Vec::new();
    header.write(&mut frame);
    let start = frame.len();
    frame.extend_from_slice(payload);
    mask::apply(&mut frame[start..], key, 0);
    frame
}

#[divan::bench]
fn parse_header(bencher: Bencher<'_, '_>) {
    let frame = masked(&text(1024));
    bencher.bench(|| Header::parse(black_box(&frame)));
}

#[divan::bench(args = SIZES)]
fn unmask(bencher: Bencher<'_, '_>, size: usize) {
    let mut payload = text(size);
    bencher.counter(BytesCount::new(size)).bench_local(|| mask::apply(black_box(&mut payload), [1, 2, 3, 4], 0));
}

/// Decodes all frames of one read: header, mask and UTF-8 validation.
#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, size: usize) {
    let input = masked(&text(size)).repeat(FRAMES);
    let mut decoder = Decoder::new(Role::Server, 1 << 20, Inflation::Disabled);
    let mut scratch = Vec::new();
    bencher.counter(BytesCount::new(FRAMES * size)).with_inputs(|| input.clone()).bench_local_values(|mut input| {
        let mut taken = 0;
        while taken < input.len() {
            let decoded = decoder.read(&mut input[taken..], &mut scratch).expect("good frames");
            assert!(matches!(decoded.event, Some(Event::Message(Kind::Text, _))));
            taken += decoded.consumed;
        }
        input
    });
}

#[divan::bench(args = SIZES)]
fn frame(bencher: Bencher<'_, '_>, size: usize) {
    let (payload, mut encoder, mut out) = (text(size), Encoder::Plain, Vec::new());
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        out.clear();
        encoder.message(Kind::Text, black_box(&payload), &mut out);
        out.len()
    });
}

#[divan::bench(args = SIZES)]
fn compress(bencher: Bencher<'_, '_>, size: usize) {
    let (payload, mut out) = (text(size), Vec::new());
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        out.clear();
        encoder::compressed(Kind::Text, &mut out, |out| deflate::deflate(black_box(&payload), 15, out));
        out.len()
    });
}

/// Compresses with each window that a peer may ask for, to compare their costs with that of the largest one.
#[divan::bench(args = 9..=15)]
fn compress_in_window(bencher: Bencher<'_, '_>, bits: u8) {
    let (payload, mut out) = (text(16 * 1024), Vec::new());
    bencher.counter(BytesCount::new(payload.len())).bench_local(|| {
        out.clear();
        deflate::deflate(black_box(&payload), bits, &mut out);
        out.len()
    });
}

#[divan::bench(args = SIZES)]
fn inflate(bencher: Bencher<'_, '_>, size: usize) {
    let (mut compressed, mut out) = (Vec::new(), Vec::new());
    deflate::deflate(&text(size), 15, &mut compressed);
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        out.clear();
        deflate::inflate(black_box(&compressed), size, &mut out)
    });
}

/// Encodes a batch of a room's messages for all members.
#[divan::bench(args = SIZES)]
fn batch(bencher: Bencher<'_, '_>, size: usize) {
    let payload = text(size);
    bencher.counter(BytesCount::new(FRAMES * size)).bench_local(|| {
        let mut builder = BatchBuilder::default();
        for _ in 0..FRAMES {
            builder.push(Kind::Text, &[black_box(&payload)]);
        }
        builder.finish()
    });
}

#[divan::bench]
fn share_compressed(bencher: Bencher<'_, '_>) {
    let batch = Batch::one(Kind::Text, &text(1024));
    bencher.bench(|| black_box(&batch).frames(Some(15)).clone());
}
