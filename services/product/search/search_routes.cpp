#include "services/product/search/search_routes.hpp"

#include "services/kit/encoding/percent.hpp"
#include "services/kit/encoding/utf8.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/product/search/search_words.hpp"

#include <algorithm>

namespace product {
namespace {

using kit::http::bad_query;

constexpr std::size_t LONGEST_QUERY = 200;

std::optional<std::int64_t> read_price(const Request& request, const std::string& name,
                                       kit::Currency currency) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto money = kit::Money::parse(*text, currency);
  if (!money || money->minor() < 0)
    throw bad_query("?" + name, "must be an amount of " + std::string(currency.code()) + ", such as 19.99");
  return money->minor();
}

/// "4" or "4.5" as thousandths.
std::optional<std::int64_t> read_rating(const Request& request) {
  const auto text = request.query_value("min_rating");
  if (!text) return std::nullopt;
  const auto digit = [&](std::size_t i) { return (*text)[i] >= '0' && (*text)[i] <= '9'; };
  const bool whole = text->size() == 1 && digit(0);
  const bool tenths = text->size() == 3 && digit(0) && (*text)[1] == '.' && digit(2);
  const std::int64_t value = whole    ? ((*text)[0] - '0') * 1000
                             : tenths ? ((*text)[0] - '0') * 1000 + ((*text)[2] - '0') * 100
                                      : -1;
  if (value < 1000 || value > 5000)
    throw bad_query("?min_rating", "must be from 1 to 5, with one decimal at most");
  return value;
}

std::optional<std::string> read_category(const Request& request) {
  const auto text = request.query_value("category");
  if (!text) return std::nullopt;
  const bool slug =
      !text->empty() && text->size() <= 100 && std::all_of(text->begin(), text->end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (!slug) throw bad_query("?category", "must be a category's slug, such as home-and-kitchen");
  return std::string(*text);
}

Sort read_sort(const Request& request) {
  static const std::map<std::string_view, Sort> NAMES{
      {"relevance", Sort::Relevance}, {"price", Sort::PriceUp}, {"-price", Sort::PriceDown},
      {"name", Sort::Name},           {"newest", Sort::Newest}, {"rating", Sort::Rating}};
  const auto found = NAMES.find(request.query_value("sort").value_or("relevance"));
  if (found == NAMES.end())
    throw bad_query("?sort", "must be relevance, price, -price, name, newest or rating");
  return found->second;
}

/// The query without cursor and limit: for the link to the next page, and to tie cursors to it.
std::string query_string(const Request& request) {
  std::string out;
  for (const std::string name :
       {"q", "category", "min_price", "max_price", "min_rating", "in_stock", "sort", "facets"})
    if (const auto value = request.query_value(name))
      out += '&' + name + '=' + kit::http::percent::encode(*value);
  return out;
}

SearchQuery read_query(const Request& request, kit::Currency currency) {
  SearchQuery query;
  query.limit = kit::http::page_limit(request);
  const auto q = request.query_value("q").value_or("");
  if (kit::count_code_points(q) > LONGEST_QUERY)
    throw bad_query("?q", "must have at most " + std::to_string(LONGEST_QUERY) + " characters");
  query.text = search_text(q);
  query.filters.category = read_category(request);
  query.filters.min_price = read_price(request, "min_price", currency);
  query.filters.max_price = read_price(request, "max_price", currency);
  query.filters.min_rating = read_rating(request);
  query.filters.in_stock = read_flag(request, "in_stock");
  query.sort = read_sort(request);
  return query;
}

void read_cursor(const Request& request, SearchQuery& query) {
  const auto text = request.query_value("cursor");
  if (!text) return;
  const auto cursor = decode_search_cursor(*text, query_string(request));
  const bool fits = cursor && cursor->text.has_value() == query.text.has_value() &&
                    std::holds_alternative<std::string>(cursor->position.key) == (query.sort == Sort::Name);
  if (!fits) throw bad_query("?cursor", "must be one that an answer to the same search gave");
  query.after = cursor->position;
  query.text = cursor->text;
}

Ordered render(const SearchHit& hit) {
  auto out = render_line(hit.product, hit.in_stock);
  if (hit.category) out["category"] = *hit.category;
  out["rating"] = render_rating(hit.rating);
  if (hit.image) out["image"] = *hit.image;
  return out;
}

Ordered render(const Facets& facets, kit::Currency currency) {
  const auto amount = [&](std::int64_t minor) { return Ordered(kit::Money(minor, currency).number()); };
  auto categories = Ordered::array(), prices = Ordered::array(), ratings = Ordered::array();
  for (const auto& c : facets.categories)
    categories.push_back({{"slug", c.slug}, {"name", c.name}, {"count", c.count}});
  for (const auto& p : facets.prices) {
    Ordered range{{"from", amount(p.from)}};
    if (p.to) range["to"] = amount(*p.to);
    range["count"] = p.count;
    prices.push_back(std::move(range));
  }
  for (const auto& r : facets.ratings) ratings.push_back({{"at_least", r.at_least}, {"count", r.count}});
  return {{"total", facets.total},
          {"exact", facets.exact},
          {"categories", std::move(categories)},
          {"prices", std::move(prices)},
          {"ratings", std::move(ratings)},
          {"in_stock", {{"true", facets.in_stock}, {"false", facets.sold_out}}}};
}

/// The words as searched.
std::string words_of(const SearchText& text) {
  std::string out;
  for (const auto& any : text.words) out += (out.empty() ? "" : " ") + any.front();
  return out;
}

}  // namespace

void SearchRoutes::add_to(Router& router) const {
  router.get("/api/products", handler_of(*this, &SearchRoutes::search));
}

Response SearchRoutes::search(const Request& request) const {
  auto query = read_query(request, currency_);
  const bool with_facets = read_flag(request, "facets").value_or(false);
  read_cursor(request, query);
  const auto page = search_.page(query, request.deadline);

  auto items = Ordered::array();
  for (const auto& hit : page.hits) items.push_back(render(hit));
  std::string next;
  if (page.next) {
    const auto filters = query_string(request);
    next = request.pattern + "?limit=" + std::to_string(query.limit) + filters +
           "&cursor=" + encode_search_cursor({*page.next, page.text}, filters);
  }
  Ordered body = std::move(items);
  if (with_facets) {
    query.text = page.text;
    body = {{"items", std::move(body)},
            {"facets", render(search_.facets(query, currency_, request.deadline), currency_)}};
    if (page.corrected) body["searched_for"] = words_of(*page.text);
    if (!next.empty()) body["next"] = next;
  }
  auto response = Response::ordered(body);
  if (!next.empty()) response.headers.set("Link", "<" + next + ">; rel=\"next\"");
  return response;
}

}  // namespace product
