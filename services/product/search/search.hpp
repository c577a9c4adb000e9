#pragma once
#include "services/product/catalog/product.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace product {

enum class Sort { Relevance, PriceUp, PriceDown, Name, Newest, Rating };
std::string_view to_string(Sort sort);
std::optional<Sort> parse_sort(std::string_view text);

/// What is searched for, word by word: all must be there. Of a word that was typed wrongly there may be
/// several readings; the last word may be the beginning of one.
struct SearchText {
  std::vector<std::vector<std::string>> words;
  bool operator==(const SearchText&) const = default;
};

struct SearchFilters {
  std::optional<std::string> category;               ///< slug; with all below it
  std::optional<std::int64_t> min_price, max_price;  ///< minor units
  std::optional<std::int64_t> min_rating;            ///< thousandths
  std::optional<bool> in_stock;
};

/// How a result by relevance is walked: few matches are scored by their text; of very many those that have
/// the words in their name come first, then the others, each by how well they stand.
enum class Section { Scored, Named, Others };

/// Where a page ended: the last one's sort key and id.
struct SearchPosition {
  Section section = Section::Scored;
  std::variant<std::int64_t, std::string> key;
  std::int64_t id = 0;
};

struct SearchQuery {
  std::optional<SearchText> text;
  SearchFilters filters;
  Sort sort = Sort::Relevance;
  int limit = 50;
  std::optional<SearchPosition> after;
};

struct SearchHit {
  Product product;
  bool in_stock = false;
  std::optional<std::string> category;  ///< slug
  Rating rating;
  std::optional<std::string> image;
};

struct SearchPage {
  std::vector<SearchHit> hits;
  std::optional<SearchPosition> next;
  std::optional<SearchText>
      text;  ///< what was searched for in the end: other words when some were typed wrongly
  bool corrected = false;
};

/// Counts of one facet's values; when the matches are very many, estimated from a sixteenth of them.
struct Facets {
  struct Category {
    std::string slug, name;
    std::int64_t count = 0;  ///< with those below it
  };
  struct PriceRange {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;  ///< minor units, not included
    std::int64_t count = 0;
  };
  struct Stars {
    int at_least = 0;
    std::int64_t count = 0;
  };
  std::vector<Category> categories;
  std::vector<PriceRange> prices;
  std::vector<Stars> ratings;
  std::int64_t in_stock = 0, sold_out = 0;
  std::int64_t total = 0;  ///< of all filters together
  bool exact = true;
};

}  // namespace product
