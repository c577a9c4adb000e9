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

/// The words of a search: a match has all of them. A misspelt word has several alternatives; the last word
/// may be a prefix.
struct SearchText {
  std::vector<std::vector<std::string>> words;
  bool operator==(const SearchText&) const = default;
};

struct SearchFilters {
  std::optional<std::string> category;               ///< slug; includes its descendants
  std::optional<std::int64_t> min_price, max_price;  ///< minor units
  std::optional<std::int64_t> min_rating;            ///< thousandths
  std::optional<bool> in_stock;
};

/// How a search by relevance orders its matches: few matches are scored by their text; of very many, those
/// with the words in their name come first, then the others, each by their standing.
enum class Section { Scored, Named, Others };

/// Where a page ended: sort key and id of its last hit.
struct SearchPosition {
  Section section = Section::Scored;
  std::variant<std::int64_t, std::string> key;
  std::int64_t id = 0;
};

/// Where the page ended, and the words as searched, with misspelt words corrected.
struct SearchCursor {
  SearchPosition position;
  std::optional<SearchText> text;
};

/// A cursor is valid only with the same `query`.
std::string encode_search_cursor(const SearchCursor& cursor, std::string_view query);
/// Returns nullopt for a malformed cursor and for one of another query.
std::optional<SearchCursor> decode_search_cursor(std::string_view text, std::string_view query);

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
  std::optional<SearchText> text;  ///< as searched, with misspelt words corrected
  bool corrected = false;
};

/// Counts per value of each facet; estimated from a sixteenth of the matches when there are very many.
struct Facets {
  struct Category {
    std::string slug, name;
    std::int64_t count = 0;  ///< includes its descendants
  };
  struct PriceRange {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;  ///< minor units, exclusive
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
  std::int64_t total = 0;  ///< with all filters applied
  bool exact = true;
};

}  // namespace product
