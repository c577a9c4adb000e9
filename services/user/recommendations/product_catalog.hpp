#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/user/recommendations/known_product_store.hpp"

#include <memory>

namespace user {

/// The shop's products as the product service answers or, while it is unreachable, as last known.
/// Thread-safe.
class ProductCatalog {
 public:
  using Context = kit::http::Client::Context;

  /// Without a `client` (null) products are known from events alone.
  ProductCatalog(KnownProductStore& known, std::unique_ptr<kit::http::Client> client)
      : known_(known), client_(std::move(client)) {}

  struct Answer {
    KnownProducts products;  ///< retired ones, too
    bool complete = false;   ///< the product service was asked where needed: a missing product does not exist
  };
  /// Does not fail when the product service is unreachable.
  Answer find(const std::vector<contracts::ProductId>& ids, const Context& context) const;

  /// Throws ProductNotFound unless the product is on sale, CatalogUnavailable when that is not known.
  void require(contracts::ProductId id, const Context& context) const;

 private:
  KnownProducts request(const std::vector<contracts::ProductId>& ids, Context context) const;

  KnownProductStore& known_;
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace user
