#pragma once
#include "services/kit/money/money.hpp"

#include <stdexcept>
#include <string>

#include <pqxx/pqxx>

namespace product {

/// An amount from two columns. Throws std::runtime_error for a currency that this version does not know.
inline kit::Money money_of(const pqxx::row& row, const char* minor_column, const char* currency_column) {
  const auto code = row[currency_column].as<std::string>();
  const auto currency = kit::Currency::parse(code);
  if (!currency) throw std::runtime_error("unknown currency in the database: " + code);
  return {row[minor_column].as<std::int64_t>(), *currency};
}

}  // namespace product
