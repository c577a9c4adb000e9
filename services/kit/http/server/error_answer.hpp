#pragma once
#include "services/kit/http/server/server.hpp"

#include <exception>

namespace kit::http {

/// The answer to what a handler threw, whatever it is, and a line in the log where the fault is ours.
Response error_answer(std::exception_ptr thrown, const ErrorMapper& map);

}  // namespace kit::http
