# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# spack repo add <this repository>/packaging/spack && spack install assay
# Installs the checkout that it lies in.
import os

from spack.package import *


class Assay(CMakePackage):
    """Verifies, times and bounds GPU kernels. Header-only; CUDA, HIP and plain C++."""

    git = "file://" + os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), *[".."] * 4))

    license("Apache-2.0")

    version("main", branch="main")

    variant("main", default=True, description="What programs with assay's main() need")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("cli11@2.1:", when="+main")
    depends_on("nlohmann-json@3.9:", when="+main")

    conflicts("%gcc@:11", msg="assay needs C++20 as g++ 12 has it")
    conflicts("%clang@:13", msg="assay needs C++20 as clang 14 has it")

    def cmake_args(self):
        # The backends are found where the package is used.
        parts = ("BUILD_TESTS", "BUILD_EXAMPLES", "BUILD_BENCH", "CUDA", "HIP")
        return [self.define(f"ASSAY_{part}", "OFF") for part in parts]
