#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/search/search.hpp"

#include <cstdint>
#include <optional>
#include <string>

// The SQL of search, put together from the constants below; what the client gave is in parameters only. It is
// planned anew at each use, with the parameters' values: which index helps depends on them.
namespace product::sql {

/// So many matches are gathered and sorted; the text decides which way is gone, not the client.
constexpr int MAX_SCORED = 2000;
/// When a page by score is continued, as many may have come to them meanwhile.
constexpr int MAX_SCORED_LATER = 20'000;

/// Which products match by their words.
enum class Match { All, Any, Named, Others };

/// The parameters that every statement here has: $1 … $7.
struct Args {
  std::string names, document;            ///< $1, $2: queries as to_tsquery reads them
  std::optional<std::string> categories;  ///< $3: an array of ids
  std::optional<std::int64_t> min_price, max_price, min_rating;
  std::optional<bool> in_stock;
};

/// Matches, when there are at most `most`, in order from a position on; a row that tells `found` in any case.
std::string gather(Match match, Sort sort, bool by_text, bool from_position);
/// Matches along the index of the sort order, from a position on.
std::string walk(Match match, Sort sort, bool from_position);
/// Counts by category, price range, stars, stock; `sampled`: of a sixteenth.
std::string count(Match match, bool sampled);

/// Runs a page's statement; `most` is how many it may gather.
pqxx::result run(kit::db::Transaction& tx, const std::string& statement, const Args& args,
                 const std::optional<SearchPosition>& after, int limit, int most);

}  // namespace product::sql
