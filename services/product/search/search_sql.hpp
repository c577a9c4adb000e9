#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/search/search.hpp"

#include <cstdint>
#include <optional>
#include <string>

// The SQL of search, composed from constants; values from clients are parameters only. Statements are not
// prepared, because which index helps depends on the values.
namespace product::sql {

/// Up to this many matches are gathered and sorted.
constexpr int MAX_SCORED = 2000;
/// The limit for later pages by score, since matches may have been added meanwhile.
constexpr int MAX_SCORED_LATER = 20'000;

/// Which products match by their words.
enum class Match { All, Any, Named, Others };

/// The parameters $1 to $7 of every statement here.
struct Args {
  std::string names, document;            ///< $1, $2: for to_tsquery
  std::optional<std::string> categories;  ///< $3: an array of ids
  std::optional<std::int64_t> min_price, max_price, min_rating;
  std::optional<bool> in_stock;
};

/// All but the categories.
Args args_of(const std::optional<SearchText>& text, const SearchFilters& filters);

/// Matches in order from a position on, if there are at most `most`; a row with `found` in any case.
std::string gather(Match match, Sort sort, bool by_text, bool from_position);
/// Matches along the index of the sort order, from a position on.
std::string walk(Match match, Sort sort, bool from_position);
/// Counts by category, price range, stars, stock; `sampled`: of a sixteenth.
std::string count(Match match, bool sampled);

/// Runs the statement of a page that gathers at most `most` matches.
pqxx::result run(kit::db::Transaction& tx, const std::string& statement, const Args& args,
                 const std::optional<SearchPosition>& after, int limit, int most);

}  // namespace product::sql
