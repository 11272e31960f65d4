#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What compilers, settings and platforms do with assay's headers:

run.py --source DIR --cxx PATH [--hip COMMAND] [--hip-headers DIR]... [--include DIR]... [--python DIR]

Links nothing. What is not here is said to be skipped."""
import argparse
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--source", type=pathlib.Path, required=True)
parser.add_argument("--cxx", required=True)
parser.add_argument("--hip", default="", help="compiler and flags, separated by ;")
parser.add_argument("--hip-headers", type=pathlib.Path, action="append", default=[],
                    help="where hip/hip_runtime.h of another version lies, with a hip/hip_version.h")
parser.add_argument("--include", action="append", default=[], help="where CLI11 and nlohmann/json are")
parser.add_argument("--python", type=pathlib.Path, help="where wheels of the CUDA toolkit may have been unpacked")
given = parser.parse_args()
generating = ["-Werror", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-I", given.source / "include"]
# As CMake lists them. A compiler's own folder has its place among the others, which -isystem would change.
folders = {folder: None for joined in given.include for folder in joined.split(";") if folder and folder != "/usr/include"}
generating += [word for folder in folders for word in ("-isystem", folder)]
strict = [*generating, "-fsyntax-only"]
main, program = given.source / "src/main.cpp", given.source / "examples/05_host.cpp"
passed = failed = 0


def compile_(compiler, *arguments, text=None):
    command = [str(word) for word in (*compiler, *arguments)]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def check(what, condition, detail=""):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    print(f"{'passed' if condition else 'FAILED'}: {what}")
    if not condition:
        print(detail)


def compiles(what, compiler, *arguments, text=None):
    done = compile_(compiler, *arguments, text=text)
    check(what, done.returncode == 0, done.stderr[-4000:])


def is_refused(what, words, *arguments):
    done = compile_([given.cxx], "-std=c++20", *strict, *arguments, "-x", "c++", "-", text="#include <assay/assay.hpp>\n")
    check(what, done.returncode != 0 and words in done.stderr, done.stderr[-4000:])


def system_without_cuda():
    """The compiler's own folders of headers, but for those that hold a toolkit's."""
    told = compile_([given.cxx], "-x", "c++", "-E", "-v", "-", text="").stderr
    folders = told.split("#include <...> search starts here:\n")[1].split("\nEnd of search list.")[0].split("\n")
    plain = [one.strip() for one in folders if not (pathlib.Path(one.strip()) / "cuda_runtime.h").exists()]
    return ["-nostdinc", *(word for folder in plain for word in ("-isystem", folder))]


names = [*(f"g++-{v}" for v in range(12, 20)), "clang++", *(f"clang++-{v}" for v in range(14, 26))]  # those to come, too
found = [given.cxx, *filter(None, map(shutil.which, names))]
for compiler in {os.path.realpath(one): one for one in reversed(found)}.values():  # clang++ is one of the others, or new
    name = os.path.basename(compiler)
    compiles(f"{name}, C++23 without RTTI, the engine", [compiler], "-std=c++2b", "-fno-rtti", *strict, main)
    compiles(f"{name}, C++20 without RTTI, a problem", [compiler], "-std=c++20", "-fno-rtti", *strict, program)

# What g++ says only once it optimizes, as it does in a user's build: of all functions, whether called here or not.
told = compile_([given.cxx], "-dM", "-E", "-x", "c++", "-", text="").stdout
if "__clang__" not in told:
    umbrellas = sorted(one.name for one in (given.source / "include/assay").glob("*.hpp") if one.name != "main.hpp")
    compiles(f"no warnings at -O2 of {', '.join(umbrellas)}", [given.cxx], "-std=c++20", *generating, "-O2",
             "-fkeep-inline-functions", "-c", "-o", os.devnull, "-x", "c++", "-",
             text="".join(f"#include <assay/{name}>\n" for name in umbrellas))
else:
    print(f"skipped: no warnings at -O2: {given.cxx} is no g++")

is_refused("a 32-bit target", "needs a 64-bit target", "-U__SIZEOF_POINTER__", "-D__SIZEOF_POINTER__=4")
is_refused("a big-endian target", "needs a little-endian machine", "-U__BYTE_ORDER__",
           "-D__BYTE_ORDER__=__ORDER_BIG_ENDIAN__")

# The host side of the CUDA backend against an older toolkit's headers; its compiler is in no wheel.
runtime = glob.glob(str((given.python or given.source) / "nvidia/cuda_runtime/include"))
if runtime:
    compiler_headers = str(pathlib.Path(runtime[0]).parents[1] / "cuda_nvcc/include")
    compiles("CUDA 12, the host side of the backend", [given.cxx], "-std=c++20", *strict, "-Wno-conversion", "-isystem",
             runtime[0], "-isystem", compiler_headers, *system_without_cuda(), "-x", "c++", "-", text="""
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
static_assert(CUDART_VERSION / 1000 == 12);
int index() { return assay::cuda_api::query().index; }
""")
else:
    print("skipped: CUDA 12: no wheels of its headers")

# clang as the compiler of CUDA: all of the host side is parsed, the device side becomes PTX, and ptxas takes it. The
# wheels are no folder of a toolkit as clang looks for one, so it is told where all is.
clang = shutil.which("clang++")
if runtime and clang:
    toolkit = pathlib.Path(runtime[0]).parents[1] / "cuda_nvcc"
    cuda = [clang, "-x", "cuda", "-std=c++20", "--cuda-gpu-arch=sm_80", "-nocudainc", "-nocudalib", "-Xclang",
            "-target-sdk-version=11.5", "-include", "__clang_cuda_runtime_wrapper.h", "-Wno-unknown-cuda-version"]
    for folder in (given.source / "tests/support/clang_cuda", runtime[0], toolkit / "include"):
        cuda += ["-isystem", folder]
    backend, problems = given.source / "src/cuda.cu", given.source / "examples/03_softmax.cu"
    compiles("clang as the compiler of CUDA, the host side of the backend", cuda, *strict, "--cuda-host-only", backend)
    compiles("clang as the compiler of CUDA, problems", cuda, *strict, problems)
    compiles("clang as the compiler of CUDA, the toolkit in a build's flags", cuda, *strict, "--cuda-host-only", "-", text="""
#include <assay/core/build_flags.hpp>
#include <string_view>
static_assert(std::string_view(ASSAY_BUILD_FLAGS).find(" cuda 12") != std::string_view::npos);
""")
    with tempfile.TemporaryDirectory() as folder:
        ptx = pathlib.Path(folder) / "cuda.ptx"
        compiles("clang as the compiler of CUDA, the device side", cuda, *generating, "--cuda-device-only", "-Xclang",
                 "-target-feature", "-Xclang", "+ptx75", "-Xclang", "-mlink-builtin-bitcode", "-Xclang",
                 toolkit / "nvvm/libdevice/libdevice.10.bc", "-O1", "-S", "-o", ptx, backend)
        compiles("ptxas assembles that", [toolkit / "bin/ptxas"], "-arch=sm_80", "-O0", ptx, "-o", ptx.with_suffix(".cubin"))
else:
    print(f"skipped: clang as the compiler of CUDA: {'no clang++' if runtime else 'no wheels of headers of CUDA 12'}")

if given.hip:
    hip = [*given.hip.split(";"), "-std=c++20", "-I", given.source / "include", "-x", "hip", "-fsyntax-only"]
    backend = given.source / "src/hip.hip"
    # All kernels, as the assembler of each architecture is to get them; that one's matrix instructions are among them, and waves
    # are of 64 or of 32. Of gfx940 is the code for gfx942, which this clang does not know, but for fp8.
    matrix = {"gfx908": ("v_mfma_f32_32x32x8f16", "v_mfma_f32_32x32x4bf16", "v_mfma_i32_32x32x8i8"),
              "gfx940": ("v_mfma_f32_32x32x8_f16", "v_mfma_f32_32x32x8_bf16", "v_mfma_i32_32x32x16_i8",
                         "v_mfma_f64_16x16x4_f64", "v_mfma_f32_32x32x4_xf32"),
              "gfx1030": (".amdhsa_wavefront_size32 1",)}
    generate = [word for word in hip if word != "-fsyntax-only"] + ["--cuda-device-only"]
    for architecture, expected in matrix.items():
        done = compile_(generate, f"--offload-arch={architecture}", "-S", "-O1", "-o", "-", backend)
        check(f"HIP for {architecture}", done.returncode == 0, done.stderr[-4000:])
        absent = [one for one in expected if one not in done.stdout]
        check(f"HIP for {architecture}: {', '.join(expected)}", not absent, f"absent: {absent}")
    # Kernels that read clocks, which architectures tell in different ways; without device libraries, since HIP 5.2 has none of
    # RDNA 3. Only code generation finds an instruction that is not there.
    for architecture in ("gfx90a", "gfx1100", "gfx1103"):
        compiles(f"clocks on {architecture}", generate, "-nogpulib", f"--offload-arch={architecture}", "-S", "-emit-llvm", "-o",
                 os.devnull, "-", text="""
#include <assay/device/counters.hpp>
#include <assay/device/gate.hpp>
template __global__ void assay::gate_kernel<0>(volatile assay::gate_state*, std::uint64_t);
template __global__ void assay::read_counters_kernel<0>(assay::device_counters*);
""")
    # What HIP 5.2 has and no later one does must not be used of those.
    compiles("HIP by the names of later versions", hip, "--cuda-host-only", "-", text=f"""
#include <hip/hip_runtime.h>
#undef HIP_VERSION
#define HIP_VERSION 60200000
#define hipGraphNodeTypeMemcpy1D gone_since_5_3
#include "{backend}"
using assay::dtype, assay::dtype_of;
static_assert(dtype_of<__hip_bfloat16>::value == dtype::bf16 && dtype_of<hip_bfloat16>::value == dtype::bf16);
static_assert(dtype_of<__hip_fp8_e4m3>::value == dtype::fp8_e4m3fn && dtype_of<__hip_fp8_e5m2>::value == dtype::fp8_e5m2);
static_assert(dtype_of<__hip_fp8_e4m3_fnuz>::value == dtype::fp8_e4m3fnuz);
static_assert(dtype_of<__hip_fp8_e5m2_fnuz>::value == dtype::fp8_e5m2fnuz);
static_assert(dtype_of<__hip_fp6_e2m3>::value == dtype::fp6_e2m3 && dtype_of<__hip_fp6_e3m2>::value == dtype::fp6_e3m2);
static_assert(dtype_of<__hip_fp4_e2m1>::value == dtype::fp4_e2m1);
""")
    # Headers of other versions, where somebody has them: AMD's repositories HIP and clr have them in include/ and hipamd/include/.
    for headers in given.hip_headers:
        other = [*hip, "-nogpuinc", "-isystem", headers, "-include", "__clang_hip_runtime_wrapper.h"]
        for side in ("--cuda-host-only", "--cuda-device-only"):
            compiles(f"HIP with the headers in {headers}, {side}", other, side, "--offload-arch=gfx90a", backend)
else:
    print("skipped: HIP: no hipcc")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
