// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/declared_problem.hpp"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "assay/roofline/work_catalogue.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;

namespace {

static_assert(!std::is_copy_constructible_v<declared_problem> &&
                  !std::is_move_constructible_v<declared_problem>,
              "handles point at the slots in here");

constexpr source_location body_place{"some/problem.cpp", 7};
constexpr source_location here{"some/problem.cpp", 42};
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What makes any problem complete: an output, an oracle and a candidate.
void complete(host_problem& p) {
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 0.0; });
  p.candidate("zero", [=] { *y = 0.0f; });
}

/// The mistake that the body makes at `here`, without the part that every mistake has.
template <class Body>
std::string mistake(Body body) {
  const auto definition = problem_named("bad", body, body_place);
  const std::string message = message_of([&] { declared_problem problem(definition); });
  const std::string start = "some/problem.cpp:42: problem 'bad': ";
  CAPTURE(message);
  REQUIRE(message.starts_with(start));
  return message.substr(start.size());
}

/// The same for what is only seen at the end of the body, which is told with the place of the problem.
template <class Body>
std::string mistake_at_end(Body body) {
  const auto definition = problem_named("bad", body, body_place);
  const std::string message = message_of([&] { declared_problem problem(definition); });
  const std::string start = "some/problem.cpp:7: problem 'bad': ";
  CAPTURE(message);
  REQUIRE(message.starts_with(start));
  return message.substr(start.size());
}

}  // namespace

TEST_CASE("discovery takes the first value of every axis", "[suite]") {
  const auto definition = problem_named("axes", [](host_problem& p) {
    CHECK(p.axis("n", {16, 32}) == 16);
    CHECK(std::string(p.axis("layout", {"row", "column"})) == "row");
    const auto mn = p.axes({"m", "k"}, {{1, 2}, {3, 4}, {5, 6}});
    CHECK(mn[0] == 1);
    CHECK(mn[1] == 2);
    int bodies = 0;
    p.type_axis<float, double>("T", [&](auto type) {
      ++bodies;
      CHECK(std::is_same_v<typename decltype(type)::type, float>);
    });
    CHECK(bodies == 1);
    complete(p);
  });
  const declared_problem problem(definition);
  CHECK(to_string(problem.values()) == "n=16 layout=row m=1 k=2 T=fp32");
  REQUIRE(problem.axes().size() == 4);
  CHECK(problem.axes()[0].names == std::vector<std::string>{"n"});
  CHECK(problem.axes()[0].positions.size() == 2);
  CHECK(problem.axes()[2].names == std::vector<std::string>{"m", "k"});
  CHECK(problem.axes()[2].positions.size() == 3);
  CHECK(problem.axes()[2].positions[2] ==
        std::vector<axis_value>{axis_value(std::int64_t{5}), axis_value(std::int64_t{6})});
  CHECK(problem.axes()[3].positions[1] == std::vector<axis_value>{axis_value("fp64")});
}

TEST_CASE("positions choose a value on each axis", "[suite]") {
  const auto definition = problem_named("axes", [](host_problem& p) {
    CHECK(p.axis("n", {16, 32}) == 32);
    CHECK(std::string(p.axis("layout", {"row", "column"})) == "column");
    CHECK(p.axes({"m", "k"}, {{1, 2}, {3, 4}, {5, 6}})[1] == 6);
    p.type_axis<float, double>(
        "T", [](auto type) { CHECK(std::is_same_v<typename decltype(type)::type, double>); });
    complete(p);
  });
  const declared_problem problem(definition, {1, 1, 2, 1});
  CHECK(to_string(problem.values()) == "n=32 layout=column m=5 k=6 T=fp64");
}

TEST_CASE("tensors keep what was declared", "[suite]") {
  const auto definition = problem_named("tensors", [](host_problem& p) {
    const auto a = p.input<float>("a", {3, 5}, assay::constant(2.0));
    const auto b = p.inout<double>("b", {4});
    const auto c = p.output<std::int8_t>("c", {});
    const auto d = p.output<std::int32_t>("d", {0, 7});
    CHECK(a.size() == 15);
    CHECK(c.size() == 1);
    CHECK(d.size() == 0);
    CHECK(a.data() == nullptr);
    p.oracle([](auto) {});
    p.candidate("none", [=] { (void)b; });
  });
  const declared_problem problem(definition);
  REQUIRE(problem.tensors().size() == 4);
  const declared_tensor& a = problem.tensors()[0];
  CHECK(a.name == "a");
  CHECK(a.role == tensor_role::input);
  CHECK(a.type == dtype::fp32);
  CHECK(a.extents == std::vector<std::int64_t>{3, 5});
  CHECK(a.how.how == fill::kind::constant);
  CHECK(a.bytes() == 60);
  CHECK(a.slot.id == 0);
  CHECK(problem.tensors()[1].role == tensor_role::inout);
  CHECK(problem.tensors()[1].bytes() == 32);
  CHECK(problem.tensors()[2].role == tensor_role::output);
  CHECK(problem.tensors()[2].bytes() == 1);
  CHECK(problem.tensors()[2].slot.id == 2);
  CHECK(problem.tensors()[3].bytes() == 0);
}

TEST_CASE("bytes follow from the tensors: inputs read, outputs written, inouts both", "[suite]") {
  const auto definition = problem_named("bytes", [](host_problem& p) {
    (void)p.input<float>("x", {10});
    (void)p.inout<double>("z", {100});
    (void)p.workspace(1 << 20);  // scratch is no work that a kernel cannot do without
    (void)p.output<std::int8_t>("y", {1000});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  const declared_problem problem(definition);
  CHECK(problem.declared_work().dram_bytes_read == 40 + 800);
  CHECK(problem.declared_work().dram_bytes_written == 800 + 1000);
  REQUIRE(problem.declared_work().operations == work().operations);
}

TEST_CASE("given bytes replace those of the tensors", "[suite]") {
  const auto definition = problem_named("bytes", [](host_problem& p) {
    p.dram_bytes(3, 0);
    complete(p);
  });
  CHECK(declared_problem(definition).declared_work().dram_bytes_read == 3);
  CHECK(declared_problem(definition).declared_work().dram_bytes_written == 0);
}

TEST_CASE("work of the catalogue replaces the tensors' bytes, and flops add to it", "[suite]") {
  const auto definition = problem_named("work", [](host_problem& p) {
    p.flops(100, resource::tensor_bf16);
    p.work(assay::work::gemm{8, 8, 8}.inputs(dtype::bf16));  // the tensors may come later
    (void)p.input<std::uint16_t>("a", {8, 8});
    (void)p.input<std::uint16_t>("b", {8, 8, 3});  // not all of it is needed
    (void)p.output<std::uint16_t>("c", {8, 8});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
    p.flops(7, resource::fp32);
  });
  const work declared = declared_problem(definition).declared_work();
  CHECK(declared.amount(resource::tensor_bf16) == 1024 + 100);
  CHECK(declared.amount(resource::fp32) == 7);
  CHECK(declared.dram_bytes_read == 256);
  CHECK(declared.dram_bytes_written == 128);
  CHECK_FALSE(declared.nominal);
}

TEST_CASE("work that several operations of a launch add up to", "[suite]") {
  const auto definition = problem_named("work", [](host_problem& p) {
    (void)p.input<float>("x", {64});
    const work scores = assay::work::gemm{4, 4, 4};
    const work spectrum = assay::work::fft{.points = 16};
    p.work(scores + spectrum.without_dram());
    (void)p.output<float>("z", {64});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  const work declared = declared_problem(definition).declared_work();
  CHECK(declared.amount(resource::fp32) == 128 + 5 * 16 * 4);
  CHECK(declared.dram_bytes() == 3 * 64);
  CHECK(declared.nominal);
}

TEST_CASE("contradictions about work name both lines", "[suite]") {
  constexpr source_location before{"some/problem.cpp", 41};
  const work some = work().add_read(4);
  const auto after_work = [&](auto second) {
    return mistake([&](host_problem& p) {
      p.work(some, before);
      second(p);
    });
  };
  const auto after_bytes = [&](auto second) {
    return mistake([&](host_problem& p) {
      p.dram_bytes(1, 2, before);
      second(p);
    });
  };
  const auto work_here = [&](host_problem& p) { p.work(some, here); };
  const auto bytes_here = [](host_problem& p) { p.dram_bytes(1, 2, here); };
  const std::string reason =
      ", which has told the DRAM bytes already; a launch of several operations has the sum of their work";
  CHECK(after_work(bytes_here) == "p.dram_bytes() beside p.work() at some/problem.cpp:41" + reason);
  CHECK(after_work(work_here) == "p.work() beside p.work() at some/problem.cpp:41" + reason);
  CHECK(after_bytes(work_here) == "p.work() beside p.dram_bytes() at some/problem.cpp:41" + reason);
  CHECK(after_bytes(bytes_here) == "p.dram_bytes() beside p.dram_bytes() at some/problem.cpp:41" + reason);
}

TEST_CASE("work whose shape cannot be is refused where it is declared", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.work(work::attention{.query_heads = 8, .kv_heads = 3, .head = 64}, here);
        }) == "work::attention: kv_heads is 3; expected a divisor of query_heads, 8");
  CHECK(mistake([](host_problem& p) { p.work(work().add(resource::sfu, -4), here); }) ==
        "work: SFU is -4; expected a finite number, 0 or more");
  CHECK(has(mistake([](host_problem& p) {
              work bad;
              bad.dram_bytes_read = not_a_number;
              p.work(bad, here);
            }),
            "work: DRAM bytes read is "));
}

TEST_CASE("work with more bytes than the tensors hold is refused", "[suite]") {
  const auto with = [](const work& all) {
    return [=](host_problem& p) {
      p.work(all, here);
      (void)p.input<float>("x", {64, 64});
      (void)p.output<float>("y", {64});
      p.oracle([](auto) {});
      p.candidate("none", [] {});
    };
  };
  const auto declare = [&](const work& all) {
    const auto definition = problem_named("work", with(all));
    const declared_problem problem(definition);
  };
  CHECK_NOTHROW(declare(work::reduction{64, 64}));
  // Tensors that end within a sector are moved to its end.
  CHECK_NOTHROW(declare(work().add_read(64 * 64 * 4 + 64).add_written(256)));
  CHECK(mistake(with(work::reduction{64, 128})) ==
        "p.work() has 32768 bytes read, but the inputs and inouts of this problem hold 16384; "
        "are its shape and its types those of the tensors?");
  CHECK(has(mistake(with(work::softmax{64, 64})),
            "p.work() has 16384 bytes written, but the outputs and inouts"));
  CHECK(mistake(with(work().add(resource::sfu, 5))) ==
        "p.work() has operations and no DRAM bytes, which would take the place of the tensors'; "
        "expected p.flops(amount, unit) for operations alone");
  CHECK_NOTHROW(declare(work::gemm{0, 8, 8}));  // nothing to do
}

TEST_CASE("flops go to the unit of the first floating-point tensor", "[suite]") {
  const auto of_floats = problem_named("flops", [](host_problem& p) {
    p.flops(7);
    (void)p.input<std::int32_t>("index", {4});
    (void)p.input<float>("x", {4});
    (void)p.input<double>("z", {4});
    complete(p);
    p.flops(5);
  });
  const work floats = declared_problem(of_floats).declared_work();
  CHECK(floats.amount(resource::fp32) == 12);
  CHECK(floats.amount(resource::fp64) == 0);
  CHECK(floats.amount(resource::int32) == 0);

  const auto of_doubles = problem_named("flops", [](host_problem& p) {
    (void)p.input<double>("x", {4});
    complete(p);
    p.flops(7);
  });
  CHECK(declared_problem(of_doubles).declared_work().amount(resource::fp64) == 7);

  const auto of_integers = problem_named("flops", [](host_problem& p) {
    const auto y = p.output<std::int32_t>("y", {4});
    p.flops(7);
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("none", [] {});
  });
  CHECK(declared_problem(of_integers).declared_work().amount(resource::int32) == 7);
}

TEST_CASE("flops on a named unit stay there", "[suite]") {
  const auto definition = problem_named("flops", [](host_problem& p) {
    complete(p);
    p.flops(100, resource::tensor_bf16);
    p.flops(11, resource::tensor_bf16);
    p.flops(3, resource::sfu);
    p.flops(2);
  });
  const work declared = declared_problem(definition).declared_work();
  CHECK(declared.amount(resource::tensor_bf16) == 111);
  CHECK(declared.amount(resource::sfu) == 3);
  CHECK(declared.amount(resource::fp32) == 2);
}

TEST_CASE("candidates keep their role, order and place", "[suite]") {
  const auto definition = problem_named("candidates", [](host_problem& p) {
    complete(p);
    p.baseline(
        "slow", [] {}, here);
    p.reference("known", [] {});
    p.counterexample("off by one", [] {});
    p.candidate(
        "planned", [] { return 1; }, [](int&) {}, {"other.cpp", 9});
  });
  const declared_problem problem(definition);
  REQUIRE(problem.candidates().size() == 5);
  CHECK(problem.candidates()[0].role == candidate_role::candidate);
  CHECK_FALSE(problem.candidates()[0].prepare);
  CHECK(problem.candidates()[1].name == "slow");
  CHECK(problem.candidates()[1].role == candidate_role::baseline);
  CHECK(problem.candidates()[1].where.line == 42);
  CHECK(problem.candidates()[2].role == candidate_role::reference);
  CHECK(problem.candidates()[3].role == candidate_role::counterexample);
  CHECK(problem.candidates()[4].where.line == 9);
  CHECK(problem.candidates()[4].prepare);
}

TEST_CASE("an axis without values is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) { p.axis("n", std::initializer_list<std::int64_t>{}, here); }) ==
        "axis 'n' has no values");
  CHECK(mistake([](host_problem& p) { p.axis("layout", std::initializer_list<const char*>{}, here); }) ==
        "axis 'layout' has no values");
}

TEST_CASE("an axis of one name twice is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.axis("n", {1, 2});
          p.axis("n", {3, 4}, here);
        }) == "two axes are named 'n'");
  CHECK(mistake([](host_problem& p) {
          p.axis("k", {1, 2});
          p.axes({"m", "k"}, {{1, 2}}, here);
        }) == "two axes are named 'k'");
  CHECK(mistake([](host_problem& p) { p.axes({"m", "m"}, {{1, 2}}, here); }) == "two axes are named 'm'");
  CHECK(mistake([](host_problem& p) {
          p.axis("T", {1, 2});
          p.type_axis<float>(
              "T", [](auto) {}, here);
        }) == "two axes are named 'T'");
}

TEST_CASE("a value of an axis twice is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) { p.axis("n", {1, 2, 1}, here); }) == "axis 'n' has the value 1 twice");
  CHECK(mistake([](host_problem& p) { p.axis("s", {"a", "a"}, here); }) == "axis 's' has the value a twice");
  CHECK(has(mistake([](host_problem& p) { p.axes({"m", "k"}, {{1, 2}, {3, 4}, {1, 2}}, here); }), "twice"));
  // long and long long are two types, but one element type.
  CHECK(mistake([](host_problem& p) {
          p.type_axis<long, long long>(
              "T", [](auto) {}, here);
        }) == "axis 'T' has the value int64 twice");
}

TEST_CASE("rows of joint axes may share some of their values", "[suite]") {
  const auto definition = problem_named("rows", [](host_problem& p) {
    p.axes({"m", "k"}, {{1, 2}, {1, 3}});
    complete(p);
  });
  CHECK_NOTHROW(declared_problem(definition));
}

TEST_CASE("an axis, a value, a tensor or a candidate without a name is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) { p.axis("", {1}, here); }) == "an axis without a name");
  CHECK(mistake([](host_problem& p) { p.axis(nullptr, {1}, here); }) == "an axis without a name");
  CHECK(mistake([](host_problem& p) { p.axes({"m", ""}, {{1, 2}}, here); }) == "an axis without a name");
  CHECK(mistake([](host_problem& p) {
          p.axis("s", {"a", ""}, here);
        }) == "a value of an axis without a name");
  CHECK(mistake([](host_problem& p) { (void)p.input<float>("", {1}, fill{}, here); }) ==
        "a tensor without a name");
  CHECK(mistake([](host_problem& p) {
          p.candidate(
              "", [] {}, here);
        }) == "a candidate without a name");
}

TEST_CASE("two tensors of one name are refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          (void)p.input<float>("x", {1});
          (void)p.output<double>("x", {2}, here);
        }) == "two tensors are named 'x'");
}

TEST_CASE("a negative extent is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          (void)p.output<float>("y", {4, -1}, here);
        }) == "tensor 'y' has an extent of -1");
}

TEST_CASE("a tensor whose bytes a 64-bit size cannot count is refused", "[suite]") {
  constexpr std::int64_t large = std::int64_t{1} << 31;
  const std::string expected = "tensor 'y' has more bytes than a 64-bit size can count";
  CHECK(mistake([=](host_problem& p) { (void)p.output<double>("y", {large, large}, here); }) == expected);
  CHECK(mistake([=](host_problem& p) {
          (void)p.input<float>("y", {std::numeric_limits<std::int64_t>::max()}, fill{}, here);
        }) == expected);
  CHECK(mistake([=](host_problem& p) {
          (void)p.inout<bool>("y", {large, 1, large, 2}, fill{}, here);
        }) == expected);
}

TEST_CASE("a workspace of negative size is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) { (void)p.workspace(-8, here); }) ==
        "a workspace of -8 bytes; expected 0 or more");
}

TEST_CASE("an output has one oracle on the host and one on the device", "[suite]") {
  const auto with = [](auto declare) {
    return mistake([=](host_problem& p) {
      const auto x = p.input<float>("x", {1});
      const auto y = p.output<float>("y", {1});
      declare(p, x, y);
    });
  };
  const auto element = [](auto, std::int64_t) { return 0.0; };
  const auto row = [](auto, std::int64_t, auto) {};
  CHECK(with([=](auto& p, auto, auto y) {
          p.oracle(y, element);
          p.row_oracle(y, row, here);
        }) == "a second oracle for 'y'");
  CHECK(with([=](auto& p, auto, auto y) {
          p.row_oracle(y, row);
          p.oracle(y, element, here);
        }) == "a second oracle for 'y'");
  CHECK(with([=](auto& p, auto, auto y) {
          p.oracle([](auto) {});
          p.row_oracle(y, row, here);
        }) == "an oracle for one output beside an oracle for all");
  CHECK(with([=](auto& p, auto, auto y) {
          p.row_oracle(y, row);
          p.oracle([](auto) {}, here);
        }) == "a second oracle for the same outputs");
  CHECK(with([=](auto& p, auto x, auto y) {
          p.device_oracle(y, [](double*) {});
          p.gemm_oracle(y, gemm{1, 1, 1}, x, x, here);
        }) == "a second oracle on the device for 'y'");
  CHECK(with([=](auto& p, auto x, auto y) {
          p.gemm_oracle(y, gemm{1, 1, 1}, x, x);
          p.device_oracle(
              y, [](double*) {}, here);
        }) == "a second oracle on the device for 'y'");
  CHECK_NOTHROW([=] {
    const auto definition = problem_named("both", [=](host_problem& p) {
      const auto y = p.output<float>("y", {1});
      p.oracle([](auto) {});
      p.device_oracle(y, [](double*) {});
      p.candidate("none", [] {});
    });
    declared_problem problem(definition);
  }());
}

TEST_CASE("an oracle on the device covers its output, and no other", "[suite]") {
  CHECK(mistake_at_end([](host_problem& p) {
          const auto y = p.output<float>("y", {1});
          (void)p.output<float>("z", {1});
          p.device_oracle(y, [](double*) {});
          p.candidate("none", [] {});
        }) == "output 'z' has no oracle");
}

TEST_CASE("a product that does not fit its tensors is refused", "[suite]") {
  const auto with = [](const gemm& g) {
    return mistake([=](host_problem& p) {
      const auto a = p.input<float>("a", {6});
      const auto b = p.input<float>("b", {12});
      const auto c = p.output<float>("c", {8});
      p.gemm_oracle(c, g, a, b, here);
      p.oracle([](auto) {});
      p.candidate("none", [] {});
      p.axis("n", {1, 1}, here);  // so that there is a mistake in any case
    });
  };
  const std::string fits = "axis 'n' has the value 1 twice";
  CHECK(with(gemm{2, 4, 3}) == fits);
  CHECK(with(gemm{2, 4, 3}.transpose_a().transpose_b()) == fits);
  CHECK(with(gemm{3, 2, 2}) == fits);
  CHECK(with(gemm{1, 4, 3}.batched(2, 3, 0, 4)) == fits);
  CHECK(with(gemm{1, 2, 2}.leading_dimensions(9, 9, 9)) == fits);  // of one row there is no next
  CHECK(with(gemm{0, 4, 3}) == fits);
  CHECK(with(gemm{3, 4, 2}) == "the product reaches element 11 of C ('c'), which has 8 elements");
  CHECK(with(gemm{2, 4, 4}) == "the product reaches element 7 of A ('a'), which has 6 elements");
  CHECK(with(gemm{1, 4, 4}) == "the product reaches element 15 of B ('b'), which has 12 elements");
  CHECK(with(gemm{1, 2, 3}.batched(3)) == "the product reaches element 8 of A ('a'), which has 6 elements");
  CHECK(with(gemm{2, 4, 3}.leading_dimensions(2, 4, 4)) ==
        "the leading dimension of A ('a') is 2; expected 3 or more, the elements of a stored row");
  CHECK(with(gemm{2, 4, 3}.transpose_b().leading_dimensions(3, 2, 4)) ==
        "the leading dimension of B ('b') is 2; expected 3 or more, the elements of a stored row");
  CHECK(with(gemm{1, 4, 3}.batched(2, 0, 0, 3)) ==
        "the stride of C ('c') is 3; expected no overlap of the products");
  CHECK(with(gemm{1, 4, 3}.batched(2, -2, 0, 4)) == "the stride of A ('a') is -2; expected 0 or more");
  CHECK(with(gemm{-1, 4, 3}) ==
        "a product with m = -1, n = 4, k = 3, 1 of them; expected no negative extent");
  constexpr std::int64_t large = std::int64_t{1} << 40;  // its square is more than can be counted
  CHECK(has(with(gemm{large, large, 0}), "the product reaches element "));
  CHECK(has(with(gemm{large, large, 0}.batched(2)), "the product reaches element "));
  CHECK(has(with(gemm{large, large, 0}.leading_dimensions(0, large, large)), "the product reaches element "));
  CHECK(
      has(with(gemm{large, 1, 0}.leading_dimensions(-large, 1, 1)), "the leading dimension of A ('a') is -"));
  CHECK(has(with(gemm{2, 4, 3}.scaled(infinity)), "a product with alpha = inf"));
  CHECK(has(with(gemm{2, 4, 3}.scaled(1.0, 0.5)),
            "a product with beta = 0.500000 is added to 'c', which is an output and holds nothing"));
}

TEST_CASE("the factors of a product are inputs", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          const auto a = p.inout<float>("a", {1});
          const auto b = p.input<float>("b", {1});
          const auto c = p.output<float>("c", {1});
          p.gemm_oracle(c, gemm{1, 1, 1}, a, b, here);
        }) == "the factor 'a' of a product is an inout; expected an input, which no candidate changes");
}

TEST_CASE("two candidates of one name are refused, whatever their roles", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.candidate("fast", [] {});
          p.candidate(
              "fast", [] {}, here);
        }) == "two candidates are named 'fast'");
  CHECK(mistake([](host_problem& p) {
          p.candidate("fast", [] {});
          p.counterexample(
              "fast", [] {}, here);
        }) == "two candidates are named 'fast'");
}

TEST_CASE("a second baseline is refused, and a second reference", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.baseline("one", [] {});
          p.baseline(
              "two", [] {}, here);
        }) == "a second baseline, 'two', after 'one'");
  CHECK(mistake([](host_problem& p) {
          p.reference("one", [] {});
          p.reference(
              "two", [] {}, here);
        }) == "a second reference, 'two', after 'one'");
}

TEST_CASE("a second oracle for one output is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.oracle([](auto) {});
          p.oracle([](auto) {}, here);
        }) == "a second oracle for the same outputs");
  CHECK(mistake([](host_problem& p) {
          const auto y = p.output<float>("y", {1});
          p.oracle(y, [](auto, std::int64_t) { return 0.0; });
          p.oracle(
              y, [](auto, std::int64_t) { return 0.0; }, here);
        }) == "a second oracle for 'y'");
}

TEST_CASE("an oracle for one output beside one for all is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          const auto y = p.output<float>("y", {1});
          p.oracle([](auto) {});
          p.oracle(
              y, [](auto, std::int64_t) { return 0.0; }, here);
        }) == "an oracle for one output beside an oracle for all");
  CHECK(mistake([](host_problem& p) {
          const auto y = p.output<float>("y", {1});
          p.oracle(y, [](auto, std::int64_t) { return 0.0; });
          p.oracle([](auto) {}, here);
        }) == "a second oracle for the same outputs");
}

TEST_CASE("amounts of work that cannot be are refused", "[suite]") {
  for (const double amount : {-1.0, not_a_number, infinity, -infinity}) {
    CAPTURE(amount);
    CHECK(has(mistake([=](host_problem& p) { p.flops(amount, here); }), "flops is "));
    CHECK(has(mistake([=](host_problem& p) { p.flops(amount, resource::fp16, here); }), "flops is "));
    CHECK(has(mistake([=](host_problem& p) { p.dram_bytes(amount, 0, here); }), "dram_bytes read is "));
    CHECK(has(mistake([=](host_problem& p) { p.dram_bytes(0, amount, here); }), "dram_bytes written is "));
  }
  CHECK(mistake([](host_problem& p) { p.flops(-2, here); }) ==
        "flops is -2.000000; expected a finite number, 0 or more");
}

TEST_CASE("flops on the DRAM are refused", "[suite]") {
  CHECK(has(mistake([](host_problem& p) { p.flops(1, resource::dram, here); }), "DRAM"));
}

TEST_CASE("a tolerance that cannot be is refused", "[suite]") {
  const auto refused = [](const assay::tolerance& bound) {
    return has(mistake([=](host_problem& p) { p.tolerance(bound, here); }), "a tolerance with");
  };
  CHECK(refused(assay::tolerance::accumulating(0)));
  CHECK(refused(assay::tolerance::allclose(-1, 0)));
  CHECK(refused(assay::tolerance::allclose(0, -1)));
  CHECK(refused(assay::tolerance::allclose(not_a_number, 0)));
  CHECK(refused(assay::tolerance::allclose(0, not_a_number)));
}

TEST_CASE("a tolerance of infinity would accept anything and is refused", "[suite]") {
  CHECK(has(mistake([](host_problem& p) { p.tolerance(assay::tolerance::allclose(infinity, 0), here); }),
            "a tolerance with"));
  CHECK(has(mistake([](host_problem& p) { p.tolerance(assay::tolerance::allclose(0, infinity), here); }),
            "a tolerance with"));
}

TEST_CASE("a problem without an oracle names the candidate that has none", "[suite]") {
  CHECK(has(mistake_at_end([](host_problem& p) {
              const auto y = p.output<float>("y", {1});
              p.candidate("hopeful", [=] { *y = 0; });
            }),
            "candidate 'hopeful' has no oracle to be checked against"));
}

TEST_CASE("an output that no oracle covers is named", "[suite]") {
  CHECK(mistake_at_end([](host_problem& p) {
          const auto y = p.output<float>("y", {1});
          (void)p.inout<float>("z", {1});
          p.oracle(y, [](auto, std::int64_t) { return 0.0; });
          p.candidate("some", [] {});
        }) == "output 'z' has no oracle");
}

TEST_CASE("a problem without a candidate is refused", "[suite]") {
  const auto with = [](auto more) {
    return mistake_at_end([=](host_problem& p) {
      const auto y = p.output<float>("y", {1});
      p.oracle(y, [](auto, std::int64_t) { return 0.0; });
      more(p);
    });
  };
  CHECK(has(with([](host_problem&) {}), "no candidate"));
  // Neither of these claims to solve the problem.
  CHECK(has(with([](host_problem& p) { p.reference("known", [] {}); }), "no candidate"));
  CHECK(has(with([](host_problem& p) { p.counterexample("wrong", [] {}); }), "no candidate"));
}

TEST_CASE("a problem with a baseline alone is complete", "[suite]") {
  const auto definition = problem_named("baseline", [](host_problem& p) {
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.baseline("only", [=] { *y = 0; });
  });
  CHECK_NOTHROW(declared_problem(definition));
}

TEST_CASE("a problem without an output is refused", "[suite]") {
  CHECK(has(mistake_at_end([](host_problem& p) {
              (void)p.input<float>("x", {1});
              p.oracle([](auto) {});
              p.candidate("reader", [] {});
            }),
            "no output"));
}

TEST_CASE("a reference stands in for an oracle", "[suite]") {
  const auto definition = problem_named("reference", [](host_problem& p) {
    const auto y = p.output<float>("y", {1});
    p.reference("known", [=] { *y = 0; });
    p.candidate("other", [=] { *y = 0; });
  });
  CHECK_NOTHROW(declared_problem(definition));
}

TEST_CASE("an axis that has fewer values in one run of the body than in another is refused", "[suite]") {
  int runs = 0;
  const auto definition = problem_named("bad", [&](host_problem& p) {
    if (runs++ == 0)
      p.axis("n", {1, 2}, here);
    else
      p.axis("n", {1}, here);
    complete(p);
  });
  CHECK_NOTHROW(declared_problem(definition, {1}));
  CHECK(message_of([&] { declared_problem second(definition, {1}); }) ==
        "some/problem.cpp:42: problem 'bad': axis 'n' has other values in one case than in another");
}

TEST_CASE("a mistake is told with the line of the call that made it", "[suite]") {
  int line = 0;
  const auto place = [&](auto body) {
    const auto definition = problem_named("bad", body);
    const std::string message = message_of([&] { declared_problem problem(definition); });
    CAPTURE(message, line);
    CHECK(has(message, "declared_problem.cpp:" + std::to_string(line) + ": problem 'bad': "));
  };
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.axis("n", {1, 1});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.axis("n", {"a", "a"});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.axes({"n", "k"}, {{1, 1}, {1, 1}});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.type_axis<float, float>("T", [](auto) {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    (void)p.input<float>("", {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    (void)p.output<float>("", {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    (void)p.inout<float>("", {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    (void)p.workspace(-1);
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.flops(-1);
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.flops(-1, resource::fp64);
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.dram_bytes(-1, -1);
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.work(work::softmax{-1, 1});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.tolerance(assay::tolerance::accumulating(-1));
  });
  place([&](host_problem& p) {
    p.oracle([](auto) {});
    line = __LINE__ + 1;
    p.oracle([](auto) {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.candidate("", [] {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.candidate(
        "", [] { return 1; }, [](int&) {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.baseline("", [] {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.baseline(
        "", [] { return 1; }, [](int&) {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.reference("", [] {});
  });
  place([&](host_problem& p) {
    line = __LINE__ + 1;
    p.counterexample("", [] {});
  });
}

TEST_CASE("wanted values take an axis to where its list does not", "[suite]") {
  const auto definition = problem_named("domains", [](host_problem& p) {
    p.axis("n", {16, 32}, at_least(1));
    p.axes({"m", "k", "b"}, {{1, 8, 3}, {2, 16, 4}}, {at_least(1), multiples_of(8), listed()});
    p.axis("layout", {"row", "column"});
    complete(p);
  });
  const auto values = [&](const axis_values& wanted) {
    return to_string(declared_problem(definition, {}, wanted).values());
  };
  const std::int64_t one = 1, five = 5, eight = 8, three = 3, four = 4;
  CHECK(values({}) == "n=16 m=1 k=8 b=3 layout=row");
  CHECK(values({{"n", std::int64_t{17}}, {"layout", "column"}}) == "n=17 m=1 k=8 b=3 layout=column");
  CHECK(values({{"m", five}, {"k", eight}, {"b", four}}) == "n=16 m=5 k=8 b=4 layout=row");
  CHECK(declared_problem(definition).axes()[0].is_open());
  CHECK_FALSE(declared_problem(definition).axes()[2].is_open());

  const auto refused = [&](const axis_values& wanted) { return message_of([&] { (void)values(wanted); }); };
  CHECK(has(refused({{"n", std::int64_t{0}}}),
            "axis 'n' cannot be 0: it lists other values, and its domain is at least 1"));
  CHECK(has(refused({{"n", "16"}}), "axis 'n' cannot be 16"));
  CHECK(has(refused({{"layout", "diagonal"}}), "axis 'layout' cannot be diagonal: it lists other values"));
  CHECK(has(refused({{"m", one}, {"k", five}, {"b", three}}), "axis 'k' cannot be 5"));
  CHECK(has(refused({{"m", one}, {"k", eight}, {"b", five}}), "axis 'b' cannot be 5"));
  CHECK(has(refused({{"m", one}, {"k", eight}}), "some were given and some were not"));
}

TEST_CASE("a row of joint axes without domains cannot be mixed from others", "[suite]") {
  const auto definition = problem_named("rows", [](host_problem& p) {
    p.axes({"m", "k"}, {{1, 2}, {3, 4}});
    complete(p);
  });
  const std::int64_t one = 1, three = 3, four = 4;
  CHECK_NOTHROW(declared_problem(definition, {}, {{"m", three}, {"k", four}}));
  CHECK(has(message_of([&] {
              declared_problem mixed(definition, {}, {{"m", one}, {"k", four}});
            }),
            "cannot be 1"));
}

TEST_CASE("an axis that lists what its domain does not hold is refused", "[suite]") {
  CHECK(mistake([](host_problem& p) {
          p.axis("n", {16, 20}, multiples_of(8), here);
        }) ==
        "axis 'n' lists 20, which is outside of the domain that it declares: at least 8, multiples of 8");
  CHECK(mistake([](host_problem& p) { p.axis("n", {0}, at_least(1), here); }) ==
        "axis 'n' lists 0, which is outside of the domain that it declares: at least 1");
  CHECK(mistake([](host_problem& p) {
          p.axes({"m", "n"}, {{1, 9}}, {listed(), between(1, 8)}, here);
        }) == "axis 'n' lists 9, which is outside of the domain that it declares: from 1 to 8");
  CHECK(mistake([](host_problem& p) { p.axis("n", {1}, at_least(1).multiple_of(0), here); }) ==
        "the domain of axis 'n' is of multiples of 0; expected 1 or more");
}

TEST_CASE("a case that the problem assumes not to be is none", "[suite]") {
  const auto definition = problem_named("assuming", [](host_problem& p) {
    const auto n = p.axis("n", {16}, at_least(1));
    p.assume(n % 2 == 0, here);
    complete(p);
  });
  CHECK_NOTHROW(declared_problem(definition, {}, {{"n", std::int64_t{18}}}));
  CHECK(message_of<no_such_case>([&] {
          declared_problem odd(definition, {}, {{"n", std::int64_t{17}}});
        }) ==
        "some/problem.cpp:42: problem 'assuming': the case 'n=17' does not satisfy what the problem assumes");
}

TEST_CASE("tensors are promised the alignment that is said, and never less than an element's", "[suite]") {
  const auto definition = problem_named("aligned", [](host_problem& p) {
    (void)p.input<float>("before", {4});
    p.alignment(1);
    const auto x = p.input<float>("x", {4});
    (void)p.input<std::int8_t>("small", {4});
    p.alignment(x, 64);
    (void)p.output<double>("y", {4});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  std::vector<std::int64_t> found;
  const declared_problem problem(definition);
  for (const declared_tensor& t : problem.tensors()) found.push_back(t.alignment);
  CHECK(found == std::vector<std::int64_t>{4, 64, 1, 8});

  const auto plain = problem_named("not said", [](host_problem& p) {
    (void)p.output<float>("y", {4});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  CHECK(declared_problem(plain).tensors()[0].alignment == 256);
}

TEST_CASE("an alignment that cannot be is refused", "[suite]") {
  for (const std::int64_t bytes : {-1, 0, 3, 24, 512}) {
    CAPTURE(bytes);
    const auto definition = problem_named("misaligned", [=](host_problem& p) { p.alignment(bytes); });
    CHECK(has(message_of([&] { declared_problem{definition}; }),
              "an alignment of " + std::to_string(bytes) + " bytes; expected a power of two from 1 to 256"));
  }
  const auto definition = problem_named("below an element", [](host_problem& p) {
    const auto y = p.output<double>("y", {4});
    p.alignment(y, 4);
  });
  CHECK(has(message_of([&] { declared_problem{definition}; }),
            "an alignment of 4 bytes for 'y', whose elements are of 8"));
}

TEST_CASE("a leading dimension pads rows, and the handle tells it", "[suite]") {
  const auto definition = problem_named("padded", [](host_problem& p) {
    const auto x = p.input<float>("x", {2, 4, 3});
    const auto y = p.output<float>("y", {4, 3});
    const auto z = p.input<float>("z", {0, 3});
    CHECK(x.leading_dimension() == 3);
    p.leading_dimension(x, 10);
    p.leading_dimension(y, 3);
    p.leading_dimension(z, 10);
    CHECK(x.leading_dimension() == 10);
    CHECK(x.size() == 24);
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  const declared_problem problem(definition);
  const auto &x = problem.tensors()[0], &y = problem.tensors()[1], &z = problem.tensors()[2];
  CHECK((x.padded() && x.rows() == 8 && x.row_bytes() == 12 && x.pitch() == 40));
  CHECK((x.bytes() == 96 && x.memory_bytes() == 7 * 40 + 12));
  CHECK((!y.padded() && y.rows() == 1 && y.row_bytes() == 48 && y.memory_bytes() == 48));
  CHECK((!z.padded() && z.memory_bytes() == 0));
}

TEST_CASE("a leading dimension that cannot be is refused", "[suite]") {
  const auto refused = [](auto body) {
    const auto definition = problem_named("padded", body);
    return message_of([&] { declared_problem{definition}; });
  };
  CHECK(has(refused([](host_problem& p) {
              p.leading_dimension(p.output<float>("y", {4, 3}), 2);
            }),
            "a leading dimension of 2 for 'y', whose rows have 3 elements"));
  CHECK(has(refused([](host_problem& p) {
              p.leading_dimension(p.output<assay::fp4_e2m1>("y", {4, 2}), 8);
            }),
            "whose elements share bytes"));
  CHECK(has(refused([](host_problem& p) { p.leading_dimension(p.output<float>("y", {4}), 8); }),
            "which has no rows"));
  CHECK(has(refused([](host_problem& p) {
              p.leading_dimension(p.output<float>("y", {4, 3}), std::int64_t{1} << 61);
            }),
            "more bytes than a 64-bit size can count"));
}
