#include "services/user/recommendations/recommend.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace user {
namespace {

/// Orders that count against each likeness: one order together proves little, ten much.
constexpr double SHRINKAGE = 3;
/// What a favorite or view counts as itself.
constexpr double OF_ITSELF = 0.1;

double weight(Because why) {
  switch (why) {
    case Because::BoughtTogether:
      return 1;
    case Because::Favorite:
      return 0.7;
    case Because::Viewed:
      return 0.3;
    case Because::BestSeller:
      return 0;
  }
  return 0;
}

class Scores {
 public:
  void add(kit::ProductId product, const Seed& seed, double score) {
    if (score <= 0) return;
    auto& sum = sums_.try_emplace(product, Sum{{product, seed.why, seed.product, 0}, 0}).first->second;
    sum.total.score += score;
    if (score <= sum.most) return;
    sum.most = score;
    sum.total.reason = seed.why;
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
    double most;
  };
  std::map<kit::ProductId, Sum> sums_;
};

std::int64_t sales_of(const Knowledge& knowledge, kit::ProductId product) {
  const auto found = knowledge.sales.find(product);
  return found == knowledge.sales.end() ? 0 : found->second;
}

}  // namespace

std::string_view to_string(Because reason) {
  switch (reason) {
    case Because::BoughtTogether:
      return "bought_together";
    case Because::Favorite:
      return "favorite";
    case Because::Viewed:
      return "viewed";
    case Because::BestSeller:
      return "best_seller";
  }
  return "best_seller";
}

double likeness(std::int64_t together, std::int64_t sales_of_one, std::int64_t sales_of_other) {
  if (together <= 0 || sales_of_one <= 0 || sales_of_other <= 0) return 0;
  const auto count = static_cast<double>(together);
  const double cosine =
      count / std::sqrt(static_cast<double>(sales_of_one) * static_cast<double>(sales_of_other));
  return std::min(cosine, 1.0) * count / (count + SHRINKAGE);
}

std::vector<Recommendation> recommend(const Knowledge& knowledge, std::size_t most) {
  // Of a product that is several things the strongest counts.
  std::map<kit::ProductId, Seed> seeds;
  for (const auto& seed : knowledge.seeds) {
    auto& kept = seeds.try_emplace(seed.product, seed).first->second;
    if (weight(seed.why) > weight(kept.why)) kept = seed;
  }
  Scores scores;
  for (const auto& [product, seed] : seeds)
    if (seed.why != Because::BoughtTogether) scores.add(product, seed, OF_ITSELF * weight(seed.why));
  for (const auto& [from, other, orders] : knowledge.together) {
    const auto seed = seeds.find(from);
    const auto owned = seeds.find(other);
    if (seed == seeds.end() || (owned != seeds.end() && owned->second.why == Because::BoughtTogether))
      continue;
    const auto like = likeness(orders, sales_of(knowledge, from), sales_of(knowledge, other));
    scores.add(other, seed->second, weight(seed->second.why) * like);
  }
  auto out = scores.sorted();
  std::set<kit::ProductId> there;
  for (const auto& one : out) there.insert(one.product);
  for (const auto product : knowledge.best_sellers)
    if (there.insert(product).second) out.push_back({product, Because::BestSeller, product, 0});
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace user
