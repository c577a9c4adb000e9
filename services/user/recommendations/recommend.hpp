#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace user {

/// Why a product is recommended.
enum class Because {
  BoughtTogether,  ///< with something that the person bought
  Favorite,        ///< it is one, or is bought together with one
  Viewed,          ///< likewise
  BestSeller,      ///< nothing else is known
};
std::string_view to_string(Because reason);

/// What a person has shown to like: `why` is any but BestSeller.
struct Seed {
  kit::ProductId product;
  Because why;
};

/// In how many orders two products are together.
struct Together {
  kit::ProductId seed;
  kit::ProductId other;
  std::int64_t orders;
};

/// All that recommending goes by. What the person owns is no favorite or view in it, no `other`, and no best
/// seller.
struct Knowledge {
  std::vector<Seed> seeds;
  std::vector<Together> together;
  std::map<kit::ProductId, std::int64_t> sales;  ///< orders with the product, of seeds and others
  std::vector<kit::ProductId> best_sellers;      ///< the best first
};

struct Recommendation {
  kit::ProductId product;
  Because reason;
  kit::ProductId because;  ///< the seed; of a best seller the product itself
  double score;
};

/// The likeness of two products by the orders that they are in: the cosine of their vectors of orders, as in
/// Linden, Smith, York, "Amazon.com Recommendations: Item-to-Item Collaborative Filtering" (IEEE Internet
/// Computing, 2003), so that what everybody buys is not like everything; shrunk where it rests on few orders,
/// as in Bell, Koren, "Improved Neighborhood-based Collaborative Filtering" (KDD Cup 2007). From 0 to 1.
double likeness(std::int64_t together, std::int64_t sales_of_one, std::int64_t sales_of_other);

/// The best first, at most `most`. A product's score is the sum over the seeds of their weight (bought 1,
/// favorite 0.7, viewed 0.3) and the likeness to them; it is explained by the seed that adds most. A favorite
/// or view is like itself, too, but counts little as such: the person knows it. Best sellers fill up. Equal
/// scores in order of id, so that the answer is the same each time.
std::vector<Recommendation> recommend(const Knowledge& knowledge, std::size_t most);

}  // namespace user
