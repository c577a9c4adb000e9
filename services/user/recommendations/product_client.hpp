#pragma once
#include "services/kit/http/client/client.hpp"
#include "services/user/recommendations/known_product_store.hpp"

#include <memory>

namespace user {

/// The products of the shop: as the product service says, or while it is away as was last heard.
/// Thread-safe.
class Catalog {
 public:
  /// `client` is null where there is no product service (a laptop): then events alone tell of products.
  Catalog(store::KnownProducts& known, std::unique_ptr<kit::http::Client> client)
      : known_(known), client_(std::move(client)) {}

  struct Answer {
    Products products;  ///< retired ones, too; what is not in it was never heard of
    bool certain =
        false;  ///< the product service was asked where that was needed: what is missing is not there
  };
  /// Never fails because the product service is away.
  Answer find(const std::vector<kit::ProductId>& ids, const kit::http::Request& request);

  /// Problem 404 unless it is on sale; Problem 503 when that cannot be known just now.
  void require(kit::ProductId id, const kit::http::Request& request);

 private:
  Products ask(const std::vector<kit::ProductId>& ids, const kit::http::Request& request);
  store::KnownProducts& known_;
  std::unique_ptr<kit::http::Client> client_;
};

}  // namespace user
