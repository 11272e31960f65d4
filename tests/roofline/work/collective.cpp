// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/collective.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;

namespace {

/// Ranks in a ring, each with a buffer of ranks · part elements; what rank 0 does is counted. A message goes
/// from each rank to the next in every step.
class ring {
 public:
  ring(std::int64_t ranks, std::int64_t part)
      : ranks_(ranks),
        part_(part),
        in_(seen.array(dtype::fp32, ranks * part)),
        out_(seen.array(dtype::fp32, ranks * part)),
        values_(static_cast<std::size_t>(ranks),
                std::vector<double>(static_cast<std::size_t>(ranks * part))) {
    for (std::int64_t r = 0; r < ranks; ++r)
      for (std::int64_t i = 0; i < ranks * part; ++i) {
        value(r, i) = static_cast<double>(100 * r + i);
        if (r == 0) in_.set(i, value(r, i));
      }
  }

  /// Rank r ends with the sum of part r + 1.
  void reduce_scatter(bool write) {
    for (std::int64_t step = 0; step < ranks_ - 1; ++step)
      pass([&](std::int64_t r) { return r - step; },
           [&](std::int64_t r, std::int64_t i, double received) {
             const double own = r == 0 ? (number(received) + in_.read(i)).value() : received + value(r, i);
             if (r == 0 && write && step == ranks_ - 2) out_.write(i, own);
             return own;
           },
           step == 0);
  }
  /// Rank r begins with part r + 1 and ends with all.
  void all_gather(bool from_memory) {
    for (std::int64_t step = 0; step < ranks_ - 1; ++step)
      pass([&](std::int64_t r) { return r + 1 - step; },
           [&](std::int64_t r, std::int64_t i, double received) {
             if (r == 0) out_.write(i, received);
             return received;
           },
           from_memory && step == 0);
  }
  void all_to_all() {
    for (std::int64_t distance = 1; distance < ranks_; ++distance)
      for (std::int64_t i = 0; i < part_; ++i) {
        (void)in_.read(distance * part_ + i);
        seen.link_bytes += 4;
        out_.write((ranks_ - distance) * part_ + i, number(1));
      }
  }
  void broadcast() {
    for (std::int64_t i = 0; i < ranks_ * part_; ++i) {
      out_.write(i, number(1));
      seen.link_bytes += 4;
    }
  }

  [[nodiscard]] double& value(std::int64_t rank, std::int64_t i) {
    return values_[static_cast<std::size_t>(rank)][static_cast<std::size_t>(i)];
  }

  counter seen;

 private:
  /// Each rank r sends the part `sent(r)`, and the next one makes its own of it by `receive`.
  template <class Sent, class Receive>
  void pass(Sent sent, Receive receive, bool read_first) {
    const auto before = values_;
    for (std::int64_t r = 0; r < ranks_; ++r)
      for (std::int64_t i = 0; i < part_; ++i) {
        const std::int64_t at = (sent(r) + ranks_) % ranks_ * part_ + i, next = (r + 1) % ranks_;
        if (r == 0) {
          seen.link_bytes += 4;
          if (read_first) (void)in_.read(at);
        }
        value(next, at) =
            receive(next, at, before[static_cast<std::size_t>(r)][static_cast<std::size_t>(at)]);
      }
  }

  std::int64_t ranks_, part_;
  counted_array &in_, &out_;
  std::vector<std::vector<double>> values_;
};

}  // namespace

TEST_CASE("collectives: by hand", "[roofline]") {
  const work::collective reduce{collective_kind::all_reduce, 8, 1 << 20};
  CHECK(reduce.link_bytes() == 2 * 7 / 8.0 * (4 << 20));
  CHECK(reduce.steps() == 14);
  CHECK(reduce.seconds(1e-6, 450e9) == Approx(14e-6 + reduce.link_bytes() / 450e9));
  CHECK(work(reduce).amount(resource::link) == reduce.link_bytes());
  CHECK(work(reduce).nominal);
  CHECK(work::collective{collective_kind::all_gather, 4, 100, dtype::bf16}.link_bytes() == 150);
  CHECK(work::collective{collective_kind::all_gather, 4, 100}.steps() == 3);
  CHECK(differences(work::collective{collective_kind::broadcast, 1, 100}, work()).empty());
  CHECK(std::isnan(work::collective{.ranks = 0, .count = 8}.link_bytes()));
  CHECK(std::isnan(work::collective{.ranks = -1, .count = 8}.seconds(1e-6, 450e9)));
  CHECK(std::isnan(work::collective{.ranks = 2, .count = -8}.link_bytes()));
}

TEST_CASE("collectives: what a rank of a ring does", "[roofline]") {
  for (std::int64_t ranks = 2; ranks < 6; ++ranks)
    for (std::int64_t part = 0; part < 4; ++part) {
      CAPTURE(ranks, part);
      const auto agree = [&](collective_kind kind, const ring& done) {
        return differences(work::collective{kind, ranks, ranks * part}, done.seen.total(resource::fp32));
      };
      {
        ring all(ranks, part);
        all.reduce_scatter(true);
        all.all_gather(false);
        CHECK(agree(collective_kind::all_reduce, all) == "");
        for (std::int64_t r = 0; r < ranks; ++r)
          for (std::int64_t i = 0; i < ranks * part; ++i)
            CHECK(all.value(r, i) == static_cast<double>(50 * ranks * (ranks - 1) + ranks * i));
      }
      {
        ring scatter(ranks, part);
        scatter.reduce_scatter(true);
        CHECK(agree(collective_kind::reduce_scatter, scatter) == "");
      }
      {
        ring gather(ranks, part);
        gather.all_gather(true);
        CHECK(agree(collective_kind::all_gather, gather) == "");
        for (std::int64_t r = 1; r < ranks; ++r)
          for (std::int64_t i = 0; i < ranks * part; ++i) CHECK(gather.value(r, i) == gather.value(0, i));
      }
      {
        ring exchange(ranks, part);
        exchange.all_to_all();
        CHECK(agree(collective_kind::all_to_all, exchange) == "");
      }
      {
        ring from_one(ranks, part);
        from_one.broadcast();
        CHECK(agree(collective_kind::broadcast, from_one) == "");
      }
    }
}
