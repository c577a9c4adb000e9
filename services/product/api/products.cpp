#include "services/product/api/products.hpp"

#include "services/kit/json/reader.hpp"
#include "services/product/domain/cursor.hpp"

#include <charconv>

namespace product::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr int DEFAULT_LIMIT = 50;
constexpr int MAX_LIMIT = 200;

/// Keys stay as they were put in, the way that the examples show them.
Response answer(const Ordered& body) {
  Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = body.dump();
  return response;
}

Ordered render(const Product& product) {
  return {{"id", product.id.value},
          {"name", product.name},
          {"price", Ordered(product.price.number())},
          {"currency", product.price.currency().code()},
          {"in_stock", product.available > 0}};
}

kit::Problem bad_query(const std::string& field, const std::string& reason) {
  return kit::Problem(400, "Malformed request", field + " " + reason).field(field, reason);
}

int read_limit(const Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return DEFAULT_LIMIT;
  int limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > MAX_LIMIT)
    throw bad_query("?limit", "must be a whole number from 1 to " + std::to_string(MAX_LIMIT));
  return limit;
}

std::optional<kit::ProductId> read_cursor(const Request& request) {
  const auto text = request.query_value("cursor");
  if (!text) return std::nullopt;
  const auto cursor = decode_cursor(*text);
  if (!cursor) throw bad_query("?cursor", "must be one that an earlier answer gave");
  return cursor;
}

Response list(const Catalog& catalog, const Request& request) {
  const auto limit = read_limit(request);
  const auto page = catalog.page(read_cursor(request), limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& product : page.products) body.push_back(render(product));
  auto response = answer(body);
  if (page.next)
    response.headers.set("Link", "<" + request.pattern + "?limit=" + std::to_string(limit) +
                                     "&cursor=" + encode_cursor(*page.next) + ">; rel=\"next\"");
  return response;
}

Response one(const Catalog& catalog, const Request& request) {
  const auto found = catalog.find(kit::ProductId{request.id()}, request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  auto body = render(found->product);
  body["description"] = found->description;
  if (found->category) body["category"] = *found->category;
  return answer(body);
}

Response by_name(const Catalog& catalog, const Request& request) {
  const auto name = request.query_value("name");
  if (!name || name->empty() || !kit::json::valid_utf8(*name) || name->find('\0') != std::string_view::npos)
    throw bad_query("?name", "must be a product's name");
  const auto found = catalog.find_by_name(std::string(*name), request.deadline);
  if (!found) throw kit::problem::not_found("Product not found");
  return answer(
      {{"id", found->id.value},
       {"name", found->name},
       {"unit_price", {{"minor", found->price.minor()}, {"currency", found->price.currency().code()}}},
       {"available", found->available}});
}

}  // namespace

void add_product_routes(kit::http::Router& router, const Catalog& catalog) {
  for (const std::string base : {"/products", "/api/products"}) {
    router.get(base, [&catalog](const Request& request) { return list(catalog, request); });
    router.get(base + "/{id}", [&catalog](const Request& request) { return one(catalog, request); });
  }
}

void add_internal_product_routes(kit::http::Router& router, const Catalog& catalog) {
  router.get("/internal/products", [&catalog](const Request& request) { return by_name(catalog, request); });
}

}  // namespace product::api
