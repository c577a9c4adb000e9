#include "services/user/recommendations/product_client.hpp"

#include "services/kit/log/log.hpp"

#include <algorithm>

namespace user {
namespace {

constexpr std::size_t AT_ONCE = 100;  ///< the product service takes so many ids
constexpr std::chrono::milliseconds PATIENCE{1000};

Product product_of(const nlohmann::json& row) {
  Product product{row.at("name").get<std::string>(), std::nullopt, row.value("retired", false)};
  const auto& price = row.at("unit_price");
  if (const auto currency = kit::Currency::parse(price.at("currency").get<std::string>()))
    product.price.emplace(price.at("minor").get<std::int64_t>(), *currency);
  return product;
}

}  // namespace

Products Catalog::ask(const std::vector<kit::ProductId>& ids, const kit::http::Request& request) {
  Products out;
  auto context = kit::http::Client::Context::of(request);
  context.deadline = kit::Deadline(std::min(request.deadline.at(), kit::Deadline::in(PATIENCE).at()));
  for (std::size_t from = 0; from < ids.size(); from += AT_ONCE) {
    std::string target = "/internal/products?ids=";
    for (auto i = from; i < std::min(ids.size(), from + AT_ONCE); ++i)
      target += (i == from ? "" : ",") + std::to_string(ids[i].value);
    const auto answer = client_->get(target, context);
    if (answer.status != 200)
      throw kit::http::Unreachable("product answered " + std::to_string(answer.status));
    const auto body = nlohmann::json::parse(answer.body);
    for (const auto& row : body.at("products"))
      out.emplace(kit::ProductId{row.at("id").get<std::int64_t>()}, product_of(row));
  }
  return out;
}

Catalog::Answer Catalog::find(const std::vector<kit::ProductId>& ids, const kit::http::Request& request) {
  if (ids.empty()) return {{}, true};
  auto known = known_.find(ids, request.deadline);
  std::vector<kit::ProductId> stale;
  for (const auto id : ids)
    if (!known.fresh.contains(id)) stale.push_back(id);
  if (stale.empty()) return {std::move(known.products), true};
  if (!client_) return {std::move(known.products), false};
  try {
    const auto said = ask(stale, request);
    known_.learn(stale, said, known.now, request.deadline);
    for (const auto id : stale) {
      const auto found = said.find(id);
      if (found != said.end())
        known.products.insert_or_assign(id, found->second);
      else if (const auto old = known.products.find(id); old != known.products.end())
        old->second.retired = true;
    }
    return {std::move(known.products), true};
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("products as last heard", {{"error", e.what()}});
  } catch (const nlohmann::json::exception& e) {
    kit::log::warn("products as last heard", {{"error", e.what()}});
  }
  return {std::move(known.products), false};
}

void Catalog::require(kit::ProductId id, const kit::http::Request& request) {
  const auto answer = find({id}, request);
  const auto found = answer.products.find(id);
  if (found != answer.products.end() && !found->second.retired) return;
  // Where nobody can be asked, any may be there.
  if (found == answer.products.end() && !answer.certain) {
    if (!client_) return;
    throw kit::problem::unavailable("The catalog");
  }
  throw kit::problem::not_found("Product not found");
}

}  // namespace user
