//! How long a picture takes.

use std::time::{Duration, Instant};

use card::Painter;
use hdrhistogram::Histogram;

use super::sample::Sample;

/// The cold card is drawn less often: it takes far longer, and nobody waits for it twice.
const WARM_FOR_EACH_COLD: u32 = 10;

/// Draws the picture so often with its background prepared, and a tenth as often made anew each time, background and
/// all. Returns a table.
pub(super) fn measure(
    times: u32,
    painter: &mut Painter,
    make: impl Fn() -> anyhow::Result<Sample>,
) -> anyhow::Result<String> {
    let sample = make()?;
    let warm = series(times, || {
        sample.draw(painter)?;
        Ok(())
    })?;
    let cold = series(times.div_ceil(WARM_FOR_EACH_COLD), || {
        make()?.draw(painter)?;
        Ok(())
    })?;
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    table.set_header(["", "pictures", "p50 ms", "p99 ms", "a second"]);
    for (name, times) in [
        ("background prepared", warm),
        ("background prepared each time", cold),
    ] {
        let ms = |quantile| format!("{:.2}", times.value_at_quantile(quantile) as f64 / 1e6);
        table.add_row([
            name.to_owned(),
            times.len().to_string(),
            ms(0.5),
            ms(0.99),
            format!("{:.0}", 1e9 / times.mean()),
        ]);
    }
    Ok(table.to_string())
}

/// Times in nanoseconds.
fn series(times: u32, mut draw: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Histogram<u64>> {
    let mut histogram = Histogram::new(3)?;
    for _ in 0..times {
        let began = Instant::now();
        draw()?;
        histogram.saturating_record(nanoseconds(began.elapsed()));
    }
    Ok(histogram)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
