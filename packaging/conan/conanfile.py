# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# conan create packaging/conan
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

required_conan_version = ">=2.0"


class Assay(ConanFile):
    name = "assay"
    description = "Verifies, times and bounds GPU kernels"
    license = "Apache-2.0"
    topics = ("cuda", "hip", "gpu", "benchmark", "testing", "roofline", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    # Programs with assay's main() need CLI11 and nlohmann/json; one that only measures or verifies needs neither.
    options = {"with_main": [True, False]}
    default_options = {"with_main": True}
    no_copy_source = True

    def _root(self):
        return os.path.normpath(os.path.join(self.recipe_folder, "..", ".."))

    def set_version(self):
        header = load(self, os.path.join(self._root(), "include", "assay", "core", "version.hpp"))
        self.version = ".".join(
            re.search(rf"#define ASSAY_VERSION_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "include/*", "src/*", "cmake/*"):
            copy(self, pattern, self._root(), self.export_sources_folder)

    def requirements(self):
        if self.options.with_main:
            self.requires("cli11/[>=2.1 <3]")
            self.requires("nlohmann_json/[>=3.9 <4]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for name in ("TESTS", "EXAMPLES", "BENCH"):
            toolchain.cache_variables[f"ASSAY_BUILD_{name}"] = False
        for backend in ("CUDA", "HIP"):  # found where the package is used
            toolchain.cache_variables[f"ASSAY_{backend}"] = "OFF"
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        # assay brings its own package file: its targets are made where it is used, by that project's compilers.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "assay", "cmake")]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
