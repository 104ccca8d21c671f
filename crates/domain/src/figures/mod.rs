//! The figures of screen and print: stage coverage, heat map, fairness intervals.
