#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/catalog/product.hpp"
#include "services/product/catalog/product_data.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <string>

// What staff does to the catalog, in the caller's transaction, with the event that tells of it.
namespace product {

/// Something on sale has that name already, whatever the case.
class NameTaken : public std::exception {
 public:
  const char* what() const noexcept override { return "name taken"; }
};

/// There is no category of that slug.
class UnknownCategory : public std::exception {
 public:
  const char* what() const noexcept override { return "unknown category"; }
};

/// It was retired, and is not changed any more.
class ProductRetired : public std::exception {
 public:
  const char* what() const noexcept override { return "product retired"; }
};

/// Puts a product on sale, with nothing in stock. Throws NameTaken, UnknownCategory.
kit::ProductId create_product(kit::db::Transaction& tx, const ProductData& data,
                              const std::string& traceparent);

/// The product as it is shown, its row locked until the transaction ends; nothing when there is none.
std::optional<ProductDetails> lock_product(kit::db::Transaction& tx, kit::ProductId id);
/// As it is shown.
std::optional<ProductDetails> find_product(kit::db::Transaction& tx, kit::ProductId id);

/// Throws NameTaken, UnknownCategory.
void change_product(kit::db::Transaction& tx, kit::ProductId id, const ProductData& data,
                    const std::string& traceparent);

/// Takes it off sale.
void retire_product(kit::db::Transaction& tx, kit::ProductId id, const std::string& traceparent);

}  // namespace product
