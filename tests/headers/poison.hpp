// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0

// Macros that other people's headers leave behind. A header of assay that uses one of these names breaks in
// the file of some user, so it breaks here first. `min` and `max` are not among them: of the headers that
// assay may meet only windows.h defines them, and assay does not run there.
#define ASSAY_POISON ] a header of assay uses a name that is a macro elsewhere [

// complex.h
#undef I
#define I ASSAY_POISON
#undef complex
#define complex ASSAY_POISON
#undef imaginary
#define imaginary ASSAY_POISON

// termios.h
#undef B0
#define B0 ASSAY_POISON
#undef B50
#define B50 ASSAY_POISON
#undef ECHO
#define ECHO ASSAY_POISON

// sys/sysmacros.h
#undef major
#define major(device) ASSAY_POISON
#undef minor
#define minor(device) ASSAY_POISON
#undef makedev
#define makedev(high, low) ASSAY_POISON

// windows.h and what it includes
#undef small
#define small ASSAY_POISON
#undef hyper
#define hyper ASSAY_POISON
#undef near
#define near ASSAY_POISON
#undef far
#define far ASSAY_POISON
#undef interface
#define interface ASSAY_POISON
#undef ERROR
#define ERROR ASSAY_POISON
#undef IN
#define IN ASSAY_POISON
#undef OUT
#define OUT ASSAY_POISON
#undef OPTIONAL
#define OPTIONAL ASSAY_POISON
#undef VOID
#define VOID ASSAY_POISON
#undef TRUE
#define TRUE ASSAY_POISON
#undef FALSE
#define FALSE ASSAY_POISON
#undef DELETE
#define DELETE ASSAY_POISON

// X11/X.h and X11/Xlib.h
#undef None
#define None ASSAY_POISON
#undef Bool
#define Bool ASSAY_POISON
#undef Status
#define Status ASSAY_POISON
#undef Success
#define Success ASSAY_POISON
#undef Always
#define Always ASSAY_POISON

// gcc without -std=c++20
#undef linux
#define linux ASSAY_POISON
#undef unix
#define unix ASSAY_POISON

// Loggers, test frameworks and PyTorch
#undef CHECK
#define CHECK(...) ASSAY_POISON
#undef CHECK_EQ
#define CHECK_EQ(...) ASSAY_POISON
#undef LOG
#define LOG(...) ASSAY_POISON
#undef INFO
#define INFO(...) ASSAY_POISON
#undef WARN
#define WARN(...) ASSAY_POISON
#undef FAIL
#define FAIL(...) ASSAY_POISON
#undef SECTION
#define SECTION(...) ASSAY_POISON

// Kernel files: `#define N 1024` and the like
#undef N
#define N ASSAY_POISON
#undef M
#define M ASSAY_POISON
#undef K
#define K ASSAY_POISON
