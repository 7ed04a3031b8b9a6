"""The figures that the model card quotes are computed right."""

import numpy as np
import pytest

from jobs.training.figures import (
    auc,
    calibration_error,
    lower_bound,
    plausible_threshold,
    safe_threshold,
    specificity,
)

_TRUTH = np.array([False, False, True, True])


def test_a_perfect_order_has_an_area_of_one() -> None:
    assert auc(_TRUTH, np.array([0.1, 0.2, 0.8, 0.9])) == 1.0
    assert specificity(_TRUTH, np.array([0.1, 0.2, 0.8, 0.9])) == 1.0
    assert auc(_TRUTH, np.array([0.9, 0.8, 0.2, 0.1])) == 0.0


def test_one_kind_alone_has_no_curve() -> None:
    assert np.isnan(auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_saying_ninety_percent_of_what_never_happens_is_an_error_of_ninety_percent() -> None:
    assert calibration_error(np.zeros(10, dtype=bool), np.full(10, 0.9)) == pytest.approx(0.9)


def test_fifty_nine_of_fifty_nine_show_ninety_five_percent() -> None:
    """The exact bound: with one photo fewer, finding all of them shows too little."""
    assert lower_bound(59, 59) >= 0.95 > lower_bound(58, 58)


def test_the_threshold_misses_no_more_than_the_bound_allows() -> None:
    """93 of 94 pass, so one deep photo may lie below; with few photos nothing is shown."""
    p = np.linspace(0.01, 0.94, 94)
    truth = np.ones(94, dtype=bool)
    assert safe_threshold(truth, p) == pytest.approx(p[1])
    assert safe_threshold(truth[:58], p[:58]) is None


def test_the_plausible_set_covers_what_it_states() -> None:
    """On photos like those it was set on, the true category lies in it as often as stated."""
    rng = np.random.default_rng(4)
    p = rng.dirichlet(np.ones(6), 4000)
    truth = np.array([rng.choice(6, p=one) for one in p])
    threshold = plausible_threshold(truth[:2000], p[:2000], 0.9)
    inside = p[2000:][np.arange(2000), truth[2000:]] >= threshold
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
