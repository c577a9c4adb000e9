#pragma once
#include "services/contracts/internal/ids.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace user {

/// Why a product is recommended, or is a seed (never BestSeller).
enum class Reason {
  BoughtTogether,  ///< with something that the user bought
  Favorite,        ///< is a favorite, or bought together with one
  Viewed,          ///< likewise
  BestSeller,
};
std::string_view to_string(Reason reason);

/// A product in which the user showed interest.
struct Seed {
  contracts::ProductId product;
  Reason reason;
};

/// The number of orders with both products.
struct CoPurchase {
  contracts::ProductId seed;
  contracts::ProductId other;
  std::int64_t orders;
};

/// All that recommendations depend on. Products that the user bought are no favorites, views, `other` or best
/// sellers in it.
struct RecommendationInput {
  std::vector<Seed> seeds;
  std::vector<CoPurchase> co_purchases;
  std::map<contracts::ProductId, std::int64_t> sales;  ///< orders with the product, of seeds and others
  std::vector<contracts::ProductId> best_sellers;      ///< the best first
};

struct Recommendation {
  contracts::ProductId product;
  Reason reason;
  contracts::ProductId because;  ///< the seed; of a best seller the product itself
  double score;
};

/// The similarity of two products by the orders that contain them, from 0 to 1: the cosine of their vectors
/// of orders, as in Linden, Smith, York, "Amazon.com Recommendations: Item-to-Item Collaborative Filtering"
/// (IEEE Internet Computing, 2003), so that what everybody buys is not similar to everything; shrunk where it
/// rests on few orders, as in Bell, Koren, "Improved Neighborhood-based Collaborative Filtering" (KDD Cup
/// 2007).
double similarity(std::int64_t together, std::int64_t sales_of_one, std::int64_t sales_of_other);

/// The best first, at most `limit`. The score is the sum over the seeds of their weight (bought 1, favorite
/// 0.7, viewed 0.3) times the similarity to them; the seed that adds most is the reason. A favorite or view
/// is similar to itself but counts little, since the user knows it. Best sellers fill up. Equal scores are in
/// the order of ids.
std::vector<Recommendation> recommend(const RecommendationInput& input, std::size_t limit);

}  // namespace user
