#pragma once
#include "services/contracts/internal/products.hpp"
#include "services/kit/db/idempotency.hpp"
#include "services/kit/db/page.hpp"
#include "services/product/catalog/product.hpp"
#include "services/product/catalog/product_data.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace product {

/// A product on sale has that name already, whatever the case.
struct NameTaken final : std::exception {};
/// No category has that slug.
struct UnknownCategory final : std::exception {};
/// Retired products do not change any more.
struct ProductRetired final : std::exception {};

/// Products in the database; every change writes the event product.changed. Thread-safe. Throws
/// kit::db::Unavailable.
class ProductStore final {
 public:
  /// Called with the locked product before it changes; throws when it must not.
  using Check = std::function<void(const ProductDetails&)>;
  using Render = std::function<kit::db::StoredResponse(const ProductDetails&)>;

  explicit ProductStore(kit::db::Database& database) : database_(database) {}

  /// Products on sale with ids above `after`, by id: a deep page costs the same as the first.
  kit::db::Page<Product> page(std::optional<std::int64_t> after, int limit, kit::Deadline deadline) const;
  /// Retired products too.
  std::optional<ProductDetails> find(contracts::ProductId id, kit::Deadline deadline) const;
  /// On sale, by its exact name, whatever the case.
  std::optional<contracts::Offer> find_by_name(const std::string& name, kit::Deadline deadline) const;
  /// Those of the ids that exist, retired ones too, by id.
  std::vector<contracts::Offer> find_many(const std::vector<contracts::ProductId>& ids,
                                          kit::Deadline deadline) const;

  /// Puts a product on sale with no stock, once per idempotency key. Throws NameTaken, UnknownCategory,
  /// KeyReused.
  kit::db::StoredResponse create(const ProductData& data, const std::string& traceparent,
                                 const std::optional<kit::db::IdempotencyKey>& key, const Render& render,
                                 kit::Deadline deadline) const;
  /// Applies a merge patch (RFC 7396) of ProductData. Throws ProductNotFound, ProductRetired, NameTaken,
  /// UnknownCategory, Problem 422.
  ProductDetails change(contracts::ProductId id, const nlohmann::json& patch, const Check& check,
                        const std::string& traceparent, kit::Deadline deadline) const;
  /// Takes it off sale; a retired product stays so. Throws ProductNotFound.
  void retire(contracts::ProductId id, const Check& check, const std::string& traceparent,
              kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
