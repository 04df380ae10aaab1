//! Whether a quantity stays the same over time.

use serde::Serialize;

/// The first part of a phase is left out: caches fill, and what was used last is given back.
const SETTLING: f64 = 0.2;
/// The rest is cut into this many pieces of the same length, of which the means are looked at: samples that lie close
/// together say the same thing twice, and would make the line look surer than it is.
const PIECES: usize = 8;
/// Student's t for 95 % and two parameters less than [`PIECES`].
const T: f64 = 2.447;
/// What grows by less than this is flat, MiB an hour: a MiB in ten minutes.
pub(super) const FLAT_BELOW_MIB_PER_H: f64 = 6.0;

/// A line through samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Line {
    /// How steep, MiB an hour.
    pub(super) mib_per_h: f64,
    /// With 95 % confidence it is as steep as that, so much more or less.
    pub(super) uncertain_by: f64,
    /// Even the steepest of these grows by less than [`FLAT_BELOW_MIB_PER_H`].
    pub(super) flat: bool,
}

impl Line {
    /// The line of least squares through samples (seconds and MiB, in the order of time); `None` when there are too few.
    pub(super) fn through(samples: &[(f64, f64)]) -> Option<Self> {
        let means = means_of_pieces(samples)?;
        let count = PIECES as f64;
        let (middle_h, middle_mib) = means.iter().fold((0.0, 0.0), |(x, y), mean| {
            (x + mean.0 / count, y + mean.1 / count)
        });
        let spread: f64 = means.iter().map(|(h, _)| (h - middle_h).powi(2)).sum();
        let together: f64 = means
            .iter()
            .map(|(h, mib)| (h - middle_h) * (mib - middle_mib))
            .sum();
        let slope = together / spread;
        let left: f64 = means
            .iter()
            .map(|(h, mib)| (mib - middle_mib - slope * (h - middle_h)).powi(2))
            .sum();
        let uncertain_by = T * (left / (count - 2.0) / spread).sqrt();
        Some(Self {
            mib_per_h: slope,
            uncertain_by,
            flat: slope + uncertain_by < FLAT_BELOW_MIB_PER_H,
        })
    }
}

/// The mean time, in hours, and the mean of each piece that is looked at.
fn means_of_pieces(samples: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    let (begin, end) = (samples.first()?.0, samples.last()?.0);
    let settled = begin + SETTLING * (end - begin);
    let mut pieces = vec![(0.0, 0.0, 0.0); PIECES];
    for (s, mib) in samples.iter().filter(|(s, _)| *s >= settled) {
        let part = (s - settled) / (end - settled) * PIECES as f64;
        let piece = &mut pieces[(part as usize).min(PIECES - 1)];
        *piece = (piece.0 + s / 3600.0, piece.1 + mib, piece.2 + 1.0);
    }
    let means = pieces
        .into_iter()
        .map(|(h, mib, count)| (count > 0.0).then(|| (h / count, mib / count)));
    means.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten minutes, a sample each five seconds, of a quantity that `mib` tells for a second.
    fn samples(mib: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (0..=120)
            .map(|number| f64::from(number) * 5.0)
            .map(|s| (s, mib(s)))
            .collect()
    }

    #[test]
    fn what_grows_evenly_is_told_by_how_much() {
        let line = Line::through(&samples(|s| 40.0 + s / 60.0)).expect("enough samples");
        assert!((line.mib_per_h - 60.0).abs() < 1e-6, "{line:?}");
        assert!(line.uncertain_by < 1e-6, "{line:?}");
        assert!(!line.flat, "{line:?}");
    }

    #[test]
    fn what_only_fills_its_caches_at_first_is_flat() {
        let line = Line::through(&samples(|s| 40.0 - 20.0 * (-s / 20.0).exp())).expect("enough samples");
        assert!(line.flat, "{line:?}");
        let down = Line::through(&samples(|s| 40.0 - s / 60.0)).expect("enough samples");
        assert!(down.flat, "what shrinks does not grow: {down:?}");
    }

    #[test]
    fn what_wavers_too_much_to_be_told_is_not_called_flat() {
        let wavering = |s: f64| 40.0 + 5.0 * (s / 30.0).sin();
        let line = Line::through(&samples(wavering)).expect("enough samples");
        assert!(line.uncertain_by > FLAT_BELOW_MIB_PER_H, "{line:?}");
        assert!(!line.flat, "{line:?}");
    }

    #[test]
    fn too_few_samples_make_no_line() {
        assert_eq!(Line::through(&[]), None);
        assert_eq!(Line::through(&samples(|_| 1.0)[..7]), None);
    }
}
