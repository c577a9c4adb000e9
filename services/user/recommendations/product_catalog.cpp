#include "services/user/recommendations/product_catalog.hpp"

#include "services/contracts/internal/malformed.hpp"
#include "services/contracts/internal/products.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/errors/errors.hpp"

#include <algorithm>

namespace user {
namespace {

constexpr std::chrono::milliseconds TIMEOUT{1000};

}  // namespace

KnownProducts ProductCatalog::request(const std::vector<contracts::ProductId>& ids, Context context) const {
  KnownProducts out;
  context.deadline = kit::Deadline(std::min(context.deadline.at(), kit::Deadline::in(TIMEOUT).at()));
  for (const auto& target : contracts::offers_targets(ids)) {
    const auto answer = client_->get(target, context);
    if (answer.status != 200)
      throw kit::http::Unreachable("product answered " + std::to_string(answer.status));
    for (const auto& offer : contracts::read_offers(answer.body))
      out.emplace(offer.id, KnownProduct{offer.name, offer.unit_price, offer.retired});
  }
  return out;
}

ProductCatalog::Answer ProductCatalog::find(const std::vector<contracts::ProductId>& ids,
                                            const Context& context) const {
  if (ids.empty()) return {{}, true};
  auto known = known_.find(ids, context.deadline);
  std::vector<contracts::ProductId> stale;
  for (const auto id : ids)
    if (!known.fresh.contains(id)) stale.push_back(id);
  if (stale.empty()) return {std::move(known.products), true};
  if (!client_) return {std::move(known.products), false};
  try {
    const auto current = request(stale, context);
    known_.update(stale, current, known.now, context.deadline);
    for (const auto id : stale) {
      const auto found = current.find(id);
      if (found != current.end())
        known.products.insert_or_assign(id, found->second);
      else if (const auto old = known.products.find(id); old != known.products.end())
        old->second.retired = true;
    }
    return {std::move(known.products), true};
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("products as last known", {{"error", e.what()}});
  } catch (const contracts::Malformed& e) {
    kit::log::warn("products as last known", {{"error", e.what()}});
  }
  return {std::move(known.products), false};
}

void ProductCatalog::require(contracts::ProductId id, const Context& context) const {
  const auto answer = find({id}, context);
  const auto found = answer.products.find(id);
  if (found != answer.products.end() && !found->second.retired) return;
  if (found == answer.products.end() && !answer.complete) {
    if (!client_) return;  // no product service to ask: any id may exist
    throw CatalogUnavailable();
  }
  throw ProductNotFound();
}

}  // namespace user
