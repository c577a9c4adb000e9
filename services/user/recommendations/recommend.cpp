#include "services/user/recommendations/recommend.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace user {
namespace {

/// Shrinks similarities that rest on few orders.
constexpr double SHRINKAGE = 3;
/// How much a favorite or view counts for itself: the user knows it already.
constexpr double SELF_WEIGHT = 0.1;

struct ReasonTraits {
  std::string_view name;
  double weight;
};

const ReasonTraits& traits(Reason reason) {
  static constexpr ReasonTraits BY_REASON[]{
      {"bought_together", 1}, {"favorite", 0.7}, {"viewed", 0.3}, {"best_seller", 0}};
  return BY_REASON[static_cast<std::size_t>(reason)];
}

double weight(Reason reason) { return traits(reason).weight; }

class Scores {
 public:
  void add(contracts::ProductId product, const Seed& seed, double score) {
    if (score <= 0) return;
    auto& sum = sums_.try_emplace(product, Sum{{product, seed.reason, seed.product, 0}, 0}).first->second;
    sum.total.score += score;
    if (score <= sum.largest) return;
    sum.largest = score;
    sum.total.reason = seed.reason;
    sum.total.because = seed.product;
  }

  std::vector<Recommendation> sorted() const {
    std::vector<Recommendation> out;
    for (const auto& [product, sum] : sums_) out.push_back(sum.total);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    return out;
  }

 private:
  struct Sum {
    Recommendation total;
    double largest;
  };
  std::map<contracts::ProductId, Sum> sums_;
};

std::int64_t sales_of(const RecommendationInput& input, contracts::ProductId product) {
  const auto found = input.sales.find(product);
  return found == input.sales.end() ? 0 : found->second;
}

}  // namespace

std::string_view to_string(Reason reason) { return traits(reason).name; }

double similarity(std::int64_t together, std::int64_t sales_of_one, std::int64_t sales_of_other) {
  if (together <= 0 || sales_of_one <= 0 || sales_of_other <= 0) return 0;
  const auto count = static_cast<double>(together);
  const double cosine =
      count / std::sqrt(static_cast<double>(sales_of_one) * static_cast<double>(sales_of_other));
  return std::min(cosine, 1.0) * count / (count + SHRINKAGE);
}

std::vector<Recommendation> recommend(const RecommendationInput& input, std::size_t limit) {
  // A product that is a seed for several reasons counts for the strongest.
  std::map<contracts::ProductId, Seed> seeds;
  for (const auto& seed : input.seeds) {
    auto& kept = seeds.try_emplace(seed.product, seed).first->second;
    if (weight(seed.reason) > weight(kept.reason)) kept = seed;
  }
  Scores scores;
  for (const auto& [product, seed] : seeds)
    if (seed.reason != Reason::BoughtTogether) scores.add(product, seed, SELF_WEIGHT * weight(seed.reason));
  for (const auto& [from, other, orders] : input.co_purchases) {
    const auto seed = seeds.find(from);
    const auto owned = seeds.find(other);
    if (seed == seeds.end() || (owned != seeds.end() && owned->second.reason == Reason::BoughtTogether))
      continue;
    const auto similar = similarity(orders, sales_of(input, from), sales_of(input, other));
    scores.add(other, seed->second, weight(seed->second.reason) * similar);
  }
  auto out = scores.sorted();
  std::set<contracts::ProductId> listed;
  for (const auto& one : out) listed.insert(one.product);
  for (const auto product : input.best_sellers)
    if (listed.insert(product).second) out.push_back({product, Reason::BestSeller, product, 0});
  if (out.size() > limit) out.resize(limit);
  return out;
}

}  // namespace user
