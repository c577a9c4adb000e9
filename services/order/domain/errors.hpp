#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/contracts/internal/products.hpp"
#include "services/contracts/internal/reservations.hpp"
#include "services/order/domain/order.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What the rules of this service refuse. errors/problems.cpp says how each is answered.
namespace order {

/// A field of the request is well-formed, and breaks a rule.
struct InvalidField final : std::exception {
  InvalidField(std::string field, std::string reason) : field(std::move(field)), reason(std::move(reason)) {}
  const char* what() const noexcept override { return reason.c_str(); }
  std::string field;
  std::string reason;  ///< completes "<field> …"
};

struct OrderNotFound final : std::exception {
  const char* what() const noexcept override { return "order not found"; }
};

/// The user was erased: nothing about them can be written any more.
struct UserErased final : std::exception {
  const char* what() const noexcept override { return "the user was erased"; }
};

/// The order's state or payment does not allow what was requested.
struct StateConflict final : std::exception {
  StateConflict(std::string title, Order order) : title(std::move(title)), order(std::move(order)) {}
  const char* what() const noexcept override { return title.c_str(); }
  std::string title;
  Order order;
};

/// A service that the request needs is unreachable.
struct ServiceUnavailable final : std::exception {
  explicit ServiceUnavailable(std::string service) : service(std::move(service)) {}
  const char* what() const noexcept override { return service.c_str(); }
  std::string service;  ///< "The user service"
};

/// Lines of a placement name products that are unknown or retired.
struct NotOnSale final : std::exception {
  struct Line {
    std::string field;
    std::optional<contracts::Offer> retired;  ///< nullopt: unknown
  };
  explicit NotOnSale(std::vector<Line> lines) : lines(std::move(lines)) {}
  const char* what() const noexcept override { return "not on sale"; }
  std::vector<Line> lines;
};

struct CartEmpty final : std::exception {
  const char* what() const noexcept override { return "cart empty"; }
};

struct CartFull final : std::exception {
  const char* what() const noexcept override { return "cart full"; }
};

/// The cart does not hold any more what is to be ordered.
struct CartChanged final : std::exception {
  const char* what() const noexcept override { return "cart changed"; }
};

/// Products of the cart are retired or, where none is, short in stock.
struct CartNotOrderable final : std::exception {
  struct Retired {
    contracts::ProductId product;
    std::string name;
  };
  const char* what() const noexcept override { return "cart not orderable"; }
  std::vector<Retired> retired;
  std::vector<contracts::Shortage> missing;
};

}  // namespace order
