#pragma once
#include "services/kit/http/server/server.hpp"

#include <exception>

namespace kit::http {

/// The response to any exception of a handler; server errors are logged.
Response error_answer(std::exception_ptr thrown, const ErrorMapper& map);

}  // namespace kit::http
