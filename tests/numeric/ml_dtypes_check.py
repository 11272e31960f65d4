#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""ml_dtypes_check.py CONVERTER [--must-fail]: compares assay's narrow types with ml_dtypes' and NumPy's.

CONVERTER is converter/converter.cpp, compiled. Every encoding is decoded. Rounding is tried on all values of fp16,
all numbers of the type, the midpoints between neighbours and what lies one unit of double to either side of both,
random doubles and the ends of double. ml_dtypes goes from double by way of float and so rounds twice; it is asked
for floats only, and from the numbers that it decodes the nearest is found for every double.

With --must-fail converters with the usual mistakes take the place of assay's, and each has to be noticed: what the
comparison cannot see it does not test. Exits with 77 where ml_dtypes is not installed.
"""
import os
import subprocess
import sys

try:
    import ml_dtypes
    import numpy
except ImportError:
    # The first python3 on the PATH need not be the one that ml_dtypes was installed for.
    system = "/usr/bin/python3"
    if os.path.exists(system) and os.path.realpath(sys.executable) != os.path.realpath(system):
        os.execv(system, [system, *sys.argv])
    print("skipped: ml_dtypes is not installed (pip install ml_dtypes)")
    sys.exit(77)

SEED = 20260101
WIDTHS = {
    "fp16": (numpy.float16, 16),
    "bf16": (ml_dtypes.bfloat16, 16),
    "fp8_e4m3fn": (ml_dtypes.float8_e4m3fn, 8),
    "fp8_e5m2": (ml_dtypes.float8_e5m2, 8),
    "fp8_e4m3fnuz": (ml_dtypes.float8_e4m3fnuz, 8),
    "fp8_e5m2fnuz": (ml_dtypes.float8_e5m2fnuz, 8),
    "fp6_e2m3": (ml_dtypes.float6_e2m3fn, 6),
    "fp6_e3m2": (ml_dtypes.float6_e3m2fn, 6),
    "fp4_e2m1": (ml_dtypes.float4_e2m1fn, 4),
    "e8m0": (ml_dtypes.float8_e8m0fnu, 8),
}
MANTISSA_BITS = {"fp16": 10, "bf16": 7, "fp8_e4m3fn": 3, "fp8_e5m2": 2, "fp8_e4m3fnuz": 3, "fp8_e5m2fnuz": 2,
                 "fp6_e2m3": 3, "fp6_e3m2": 2, "fp4_e2m1": 1}


class Type:
    def __init__(self, name):
        self.name = name
        self.scalar, self.bits = WIDTHS[name]
        self.unit = numpy.uint16 if self.bits == 16 else numpy.uint8
        self.codes = numpy.arange(1 << self.bits, dtype=self.unit)
        with numpy.errstate(invalid="ignore"):
            self.values = self.codes.view(self.scalar).astype(numpy.float64)
        finite = numpy.isfinite(self.values)
        order = numpy.argsort(self.values[finite & ~numpy.signbit(self.values)], kind="stable")
        self.numbers = self.values[finite & ~numpy.signbit(self.values)][order]  # from zero up
        self.number_codes = self.codes[finite & ~numpy.signbit(self.values)][order].astype(numpy.uint64)
        self.largest = self.numbers[-1]
        self.has_nan = bool(numpy.isnan(self.values).any())
        self.unsigned = name == "e8m0"

    def of_floats(self, values):
        """What ml_dtypes makes of float32 values, and NumPy of doubles for fp16."""
        with numpy.errstate(all="ignore"):
            source = values if self.name == "fp16" else values.astype(numpy.float32)
            return source.astype(self.scalar).view(self.unit).astype(numpy.uint64)

    def nearest(self, values, ties="even"):
        """The encodings of the numbers nearest to finite doubles that are not beyond the largest number's half
        unit, found among the decoded ones."""
        magnitude = numpy.abs(values)
        above = numpy.searchsorted(self.numbers, magnitude, side="left").clip(0, len(self.numbers) - 1)
        below = numpy.where(self.numbers[above] <= magnitude, above, numpy.maximum(above - 1, 0))
        # Both differences are exact between neighbours that are at most a factor of two apart.
        up, down = self.numbers[above] - magnitude, magnitude - self.numbers[below]
        even = self.number_codes[above] % 2 == 0
        if self.unsigned or ties == "up":  # e8m0 has no bit of mantissa to be even
            even = numpy.full(even.shape, True)
        if ties == "truncate":
            up = numpy.full(up.shape, numpy.inf)
        code = numpy.where((up < down) | ((up == down) & even), self.number_codes[above], self.number_codes[below])
        sign = numpy.where(numpy.signbit(values), numpy.uint64(1 << (self.bits - 1)), numpy.uint64(0))
        if "fnuz" in self.name:
            sign = numpy.where(code == 0, 0, sign)
        return code if self.unsigned else code | sign.astype(numpy.uint64)

    def expected(self, values, saturate, ties="even"):
        """For any doubles. What becomes of NaN, of infinities and of what rounds beyond the largest number is asked of
        ml_dtypes, but for NaN in types without NaN: there it gives zero, and assay, as CUDA, the largest number."""
        if saturate:
            least = self.numbers[0] if self.unsigned else -self.largest
            values = numpy.abs(values) if self.unsigned else values
            values = numpy.where(numpy.isnan(values), values, numpy.clip(values, least, self.largest))
        magnitude, limit = numpy.abs(values), self.largest + self.ulp_of_largest() / 2
        if self.unsigned:
            inside = (values > 0) & (values < 1.5 * self.largest)
        else:
            inside = (magnitude < limit) | ((magnitude == limit) & (self.number_codes[-1] % 2 == 0))
        rest = numpy.where(inside | numpy.isnan(values), values, numpy.copysign(numpy.inf, values))
        code = self.of_floats(rest)
        if not self.has_nan:
            code = numpy.where(numpy.isnan(values), self.number_codes[-1], code)
        return numpy.where(inside, self.nearest(numpy.where(inside, values, 0.0), ties), code)

    def ulp_of_largest(self):
        return self.largest - self.numbers[-2]

    def inputs(self):
        random = numpy.random.default_rng(SEED)
        halves = numpy.arange(1 << 16, dtype=numpy.uint16).view(numpy.float16).astype(numpy.float64)
        middles = (self.numbers[:-1] + self.numbers[1:]) / 2
        edge = numpy.array([self.largest + self.ulp_of_largest() / 2, self.largest + self.ulp_of_largest(),
                            self.numbers[0] / 2, self.numbers[1] / 2, self.numbers[1] / 4])
        exact = numpy.concatenate([self.numbers, middles, edge])
        beside = numpy.concatenate([exact, numpy.nextafter(exact, 0), numpy.nextafter(exact, numpy.inf)])
        spread = numpy.ldexp(random.uniform(1, 2, 100_000), random.integers(-160, 140, 100_000))
        near = random.uniform(0, 1.2 * min(self.largest, 1e300), 100_000)
        ends = numpy.array([0.0, 5e-324, 2.2e-308, 1e-300, 1e-46, 1.5 * 2.0**-127, 2.0**-128, 1e300,
                            numpy.finfo(numpy.float64).max, numpy.inf])
        positive = numpy.concatenate([beside, spread, near, ends])
        with numpy.errstate(invalid="ignore"):
            return numpy.concatenate([positive, -positive, halves, [numpy.nan, -numpy.nan]])


def converter(program):
    def convert(kind, what, data):
        done = subprocess.run([program, kind.name, what], input=data.tobytes(), capture_output=True, timeout=60,
                              check=True)
        return numpy.frombuffer(done.stdout, dtype=numpy.uint64)
    return convert


def differences(kind, convert):
    """Sentences on what `convert` does otherwise than ml_dtypes."""
    found = []
    decoded = convert(kind, "decode", kind.codes.astype(numpy.uint64)).view(numpy.float64)
    same = (decoded == kind.values) & (numpy.signbit(decoded) == numpy.signbit(kind.values))
    same |= numpy.isnan(decoded) & numpy.isnan(kind.values)
    found += [f"{kind.name}: {code:#x} decodes to {got!r}, ml_dtypes says {value!r}"
              for code, got, value in zip(kind.codes[~same], decoded[~same], kind.values[~same])]
    values = kind.inputs()
    for what in ("special", "saturate"):
        got = convert(kind, what, values)
        right = kind.expected(values, what == "saturate")
        same = got == right
        if kind.has_nan:  # with any payload
            same |= numpy.isnan(values) & numpy.isnan(kind.values[got]) & numpy.isnan(kind.values[right])
        wrong = numpy.flatnonzero(~same)
        found += [f"{kind.name}: {values[i].hex()} rounds ({what}) to {int(got[i]):#x}, expected {int(right[i]):#x}"
                  for i in wrong[:5]]
    return found


def self_test(kind):
    """The nearest number as found here is what ml_dtypes finds, where that rounds once."""
    with numpy.errstate(all="ignore"):
        values = kind.inputs()
        values = values[numpy.isnan(values) | (values.astype(numpy.float32).astype(numpy.float64) == values)]
    values = values[~numpy.isnan(values)]
    wrong = numpy.flatnonzero(kind.expected(values, False) != kind.of_floats(values))
    assert not len(wrong), (kind.name, values[wrong[:5]])


def mistakes(kind):
    """(name, converter) of usual mistakes."""
    def rounding(change):
        def convert(_, what, data):
            if what == "decode":
                return kind.values.astype(numpy.float64).view(numpy.uint64)
            return change(data, what == "saturate")
        return convert

    def decoding(_, what, data):
        if what != "decode":
            return kind.expected(data, what == "saturate")
        values = kind.values.copy()
        values[-1 if numpy.isfinite(values[-1]) else 1] *= 2
        return values.view(numpy.uint64)

    def by_float(values, saturate):
        with numpy.errstate(all="ignore"):
            return kind.expected(values.astype(numpy.float32).astype(numpy.float64), saturate)

    def flushed(values, saturate):
        least_normal = kind.numbers[1] * 2 ** MANTISSA_BITS[kind.name]
        zeros = numpy.copysign(0.0, values)
        return kind.expected(numpy.where(numpy.abs(values) < least_normal, zeros, values), saturate)

    yield "decoding", decoding
    yield "truncation", rounding(lambda values, saturate: kind.expected(values, saturate, "truncate"))
    yield "never saturating", rounding(lambda values, _: kind.expected(values, False)) if kind.has_nan else None
    yield "always saturating", rounding(lambda values, _: kind.expected(values, True)) if kind.has_nan else None
    yield "by way of float", rounding(by_float)
    if not kind.unsigned:
        yield "ties away from zero", rounding(lambda values, saturate: kind.expected(values, saturate, "up"))
        yield "no subnormals", rounding(flushed)


def main():
    program, must_fail = sys.argv[1], sys.argv[2:] == ["--must-fail"]
    bad = []
    for name in WIDTHS:
        kind = Type(name)
        self_test(kind)
        if not must_fail:
            bad += differences(kind, converter(program))
            print(f"{name}: {len(kind.codes)} encodings, {len(kind.inputs())} values, seed {SEED}")
            continue
        for mistake, convert in mistakes(kind):
            if convert and not differences(kind, convert):
                bad.append(f"{name}: {mistake} was not noticed")
    for line in bad:
        print(line)
    sys.exit(1 if bad else 0)


main()
