/**
 * The routes of the API and what they take and answer. Made from its description; `npm run client` makes it anew, and from a
 * gateway that runs: npx openapi-typescript http://127.0.0.1:8645/openapi.json -o schema.ts
 */

export interface paths {
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description Open, for a scraper on the box; a reverse proxy should not pass it on.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Prometheus text format 0.0.4 */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is alive, and every part of it advances
         * @description With 503 nothing but a restart helps; whoever restarts us by this answer does right.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The process is alive, and every part of it advances */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alive"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The process is alive, and every part of it advances */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Stuck"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The store is open and the lines are started; if degraded, what fails
         * @description Names lines and sinks; never meters, addresses or hosts. 503 only when not ready.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The store is open and the lines are started; if degraded, what fails */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The store is open and the lines are started; if degraded, what fails */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every meter and how it answers */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Every meter and how it answers */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            meters: {
                                id: string;
                                line: string;
                                address: string;
                                protocol: string;
                                profile: string;
                                /**
                                 * @description never asked yet; answered last time; did not; did not several times
                                 * @enum {string}
                                 */
                                state: "never" | "ok" | "failing" | "silent";
                                lastAskedAt: string | null;
                                lastAnswerAt: string | null;
                                /** @description null: it has not answered since the daemon started */
                                answerAgeSeconds: number | null;
                                nextAt: string | null;
                                answered: number;
                                unanswered: number;
                                fault: {
                                    code: string;
                                    text: string;
                                    hint: string;
                                } | null;
                                numbers: components["schemas"]["MeterNumbers"];
                                acceptance: components["schemas"]["Acceptance"];
                            }[];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One meter with its newest values */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One meter with its newest values */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            line: string;
                            address: string;
                            protocol: string;
                            profile: string;
                            /**
                             * @description never asked yet; answered last time; did not; did not several times
                             * @enum {string}
                             */
                            state: "never" | "ok" | "failing" | "silent";
                            lastAskedAt: string | null;
                            lastAnswerAt: string | null;
                            /** @description null: it has not answered since the daemon started */
                            answerAgeSeconds: number | null;
                            nextAt: string | null;
                            answered: number;
                            unanswered: number;
                            fault: {
                                code: string;
                                text: string;
                                hint: string;
                            } | null;
                            numbers: components["schemas"]["MeterNumbers"];
                            acceptance: components["schemas"]["Acceptance"];
                            /** @description the meter's clock minus ours; null: never measured */
                            clock: {
                                deviationSeconds: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601 with the site's offset
                                 */
                                measuredAt: string;
                                /** @description seconds from then to this answer */
                                ageSeconds: number;
                            } | null;
                            latest: components["schemas"]["NewestReading"][];
                            /** @description polled registers of which no value is kept */
                            neverRead: string[];
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person says that what this meter shows is right
         * @description For the meter that answers now, under its profile as it is now.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        by: string;
                        because?: string;
                    };
                };
            };
            responses: {
                /** @description A person says that what this meter shows is right */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Acceptance"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                507: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A meter's readings of all qualities, oldest slot first
         * @description `from` is included, `to` is not; both mean slots.
         */
        get: {
            parameters: {
                query?: {
                    /** @description YYYY-MM-DD or ISO 8601 with offset */
                    from?: string;
                    /** @description YYYY-MM-DD or ISO 8601 with offset */
                    to?: string;
                    /** @example 1-0:1.8.0 */
                    obis?: string;
                    kind?: "freeze" | "poll";
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A meter's readings of all qualities, oldest slot first */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            meter: string;
                            readings: components["schemas"]["Reading"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/readings/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The frames, times, versions and releases behind one reading */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the reading
                     * @example 006b006e801d7e4f5a90b2c3d4e5f6a7
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The frames, times, versions and releases behind one reading */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Evidence"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a meter now
         * @description Goes ahead of the polls. What comes is validated and kept like any other reading.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Read a meter now */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            meter: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            askedAt: string;
                            readings: {
                                obis: string;
                                /** @enum {string} */
                                kind: "freeze" | "poll";
                                /**
                                 * Format: date-time
                                 * @description start of the interval (poll) or the boundary (freeze)
                                 */
                                slot: string;
                                /** @description exact, as the meter counts */
                                value: string;
                                unit: string;
                                /**
                                 * Format: date-time
                                 * @description when the value was true
                                 */
                                readAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601 with the site's offset
                                 */
                                receivedAt: string;
                                /** @enum {string} */
                                quality: "good" | "suspect" | "quarantined";
                                /** @description IEC 61968-9 quality codes */
                                codes: string[];
                                /** @description what the rules had to say */
                                findings: {
                                    rule: string;
                                    verdict: string;
                                    severity: number;
                                    codes: string[];
                                    evidence: string;
                                    /** @description of the rule */
                                    version?: number;
                                    /** @description what was held against each other, the older first */
                                    samples?: {
                                        obis: string;
                                        /** @enum {string} */
                                        kind: "freeze" | "poll";
                                        /** @description exact, as the meter counts */
                                        value: string;
                                        unit: string;
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601 with the site's offset
                                         */
                                        at: string;
                                    }[];
                                    /** @description what was exceeded */
                                    limit?: {
                                        value: string;
                                        unit: string;
                                    };
                                }[];
                            }[];
                            stored: number;
                            duplicates: number;
                            conflicts: number;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                502: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                504: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/reads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Billing-ready reads of a boundary, one entry per meter
         * @description Released where `state` is final; provisional where it is good and its time has not elapsed. Every meter is in `reads` or in `missing`, in order of meter id over the pages.
         */
        get: {
            parameters: {
                query: {
                    /**
                     * @description YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset
                     * @example 2026-11-21
                     */
                    boundary: string;
                    /** @description accounts and points as they were known at this time; without it as they are known now */
                    archiveAsOf?: string;
                    /** @description only of this one; counts too are of it alone */
                    meter?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Billing-ready reads of a boundary, one entry per meter */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            boundary: string;
                            /**
                             * @description final when every meter is
                             * @enum {string}
                             */
                            state: "provisional" | "final";
                            /** @description over all pages, for your control total */
                            counts: {
                                meters: number;
                                ready: number;
                                totalsOnly: number;
                                estimated: number;
                                edited: number;
                                missing: number;
                                /** @description of the others, how many are released */
                                final: number;
                                /** @description of all, how many belong to no account, neither before nor after */
                                unpaired: number;
                            };
                            reads: (components["schemas"]["BillingRead"] | components["schemas"]["FinalRead"])[];
                            missing: components["schemas"]["MissingRead"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The book: every release in the order it was recorded, superseded ones too
         * @description Follow `next` as `after` until it stays the same; a page that was full is the same bytes for ever. Corrections come later, as versions of their own.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The book: every release in the order it was recorded, superseded ones too */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /** @description of the store; another one after a rescue or a restored backup */
                            epoch: number;
                            releases: components["schemas"]["Release"][];
                            /** @description numbers that have no entry: it is damaged, or was lost with a store */
                            gaps: {
                                first: number;
                                last: number;
                            }[];
                            /** @description ask for what comes after this; the same as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/completeness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is missing at a boundary: why, when it was last tried, what is done next and when
         * @description Every meter without a final release there, who waits for a person first. What is not known is null.
         */
        get: {
            parameters: {
                query: {
                    /**
                     * @description YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset
                     * @example 2026-11-21
                     */
                    boundary: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is missing at a boundary: why, when it was last tried, what is done next and when */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            boundary: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            asOf: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            settlesAt: string;
                            /** @description over all pages */
                            totals: {
                                meters: number;
                                /** @description not billed by this boundary, and not released */
                                notExpected: number;
                                /** @description the sum of the next three */
                                expected: number;
                                final: number;
                                provisional: number;
                                missing: number;
                                /** @description of the final ones */
                                estimated: number;
                            };
                            /** @description over all pages */
                            causes: {
                                cause: string;
                                /**
                                 * @description person: somebody must do what `next` says; nobody: nothing more happens by itself; meter: it is asked; time: it is settled or estimated by itself
                                 * @enum {string}
                                 */
                                waitsFor: "person" | "nobody" | "meter" | "time";
                                meters: number;
                            }[];
                            /** @description without a final release; who waits for a person first, then by what is forgotten first */
                            meters: components["schemas"]["Awaited"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/exports/{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of what was released, or of intervals, as a stream
         * @description The latest versions of boundaries as the book stood at number `through`, which the header `meterd-through` tells: asked for with it again they are the same bytes. A connection that ends before the last chunk has not brought the whole.
         */
        get: {
            parameters: {
                query?: {
                    /** @description what was used from here on: boundaries after it, intervals that begin at it or later. YYYY-MM-DD or ISO 8601 with offset */
                    from?: string;
                    /** @description and up to here: this boundary too */
                    to?: string;
                    /** @description boundaries you bill by: days of the month, such as 1,11,21, at 00:00 by the site or at another hour, such as 01T08; or all there are, which it is without it */
                    at?: string;
                    /** @description of this one alone */
                    meter?: string;
                    /**
                     * @description as the book stood at this number: the same bytes for ever; without it the newest
                     * @example 1
                     */
                    through?: string;
                    /** @description accounts and points as they were known at this time; without it as they are known now */
                    archiveAsOf?: string;
                    /** @description length of an interval; without it 15m */
                    every?: string;
                    /** @description CSV: 1 begins with a byte order mark */
                    bom?: "0" | "1";
                    /** @description CSV that a spreadsheet can open: no text is taken for a formula or a number */
                    for?: "people";
                };
                header?: never;
                path: {
                    /**
                     * @description billing_reads_v1, ndjson, iec_61968, intervals_v1, iec_61968_intervals, green_button, nem12
                     * @example billing_reads_v1
                     */
                    format: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file; docs/exports.md has its columns */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": unknown;
                        "application/x-ndjson": unknown;
                        "application/atom+xml": unknown;
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/exports/{format}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Control totals of a file: asked for like the file, with its `through`
         * @description Rows, exact sums of each register and unit, first and last time, SHA-256 of the bytes. Of a file that was sent lately it is at hand, else the file is made once more.
         */
        get: {
            parameters: {
                query?: {
                    /** @description what was used from here on: boundaries after it, intervals that begin at it or later. YYYY-MM-DD or ISO 8601 with offset */
                    from?: string;
                    /** @description and up to here: this boundary too */
                    to?: string;
                    /** @description boundaries you bill by: days of the month, such as 1,11,21, at 00:00 by the site or at another hour, such as 01T08; or all there are, which it is without it */
                    at?: string;
                    /** @description of this one alone */
                    meter?: string;
                    /**
                     * @description as the book stood at this number: the same bytes for ever; without it the newest
                     * @example 1
                     */
                    through?: string;
                    /** @description accounts and points as they were known at this time; without it as they are known now */
                    archiveAsOf?: string;
                    /** @description length of an interval; without it 15m */
                    every?: string;
                    /** @description CSV: 1 begins with a byte order mark */
                    bom?: "0" | "1";
                    /** @description CSV that a spreadsheet can open: no text is taken for a formula or a number */
                    for?: "people";
                };
                header?: never;
                path: {
                    /**
                     * @description billing_reads_v1, ndjson, iec_61968, intervals_v1, iec_61968_intervals, green_button, nem12
                     * @example billing_reads_v1
                     */
                    format: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Control totals of a file: asked for like the file, with its `through` */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportManifest"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was released since, in the order it was recorded, with the periods each release gives anew
         * @description Follow `next` as `after`: corrections are never missed, whatever boundary they are of. Put each of `periods` in the place of what you have of the same meter, `from` and `to`; take out what `ended`. The same numbers are the same bytes for ever.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description boundaries you bill by: days of the month, such as 1,11,21, at 00:00 by the site or at another hour, such as 01T08; or all there are, which it is without it */
                    at?: string;
                    /**
                     * @description where there is nothing yet, wait so many seconds, at most 60
                     * @example 1
                     */
                    wait?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was released since, in the order it was recorded, with the periods each release gives anew */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /** @description of the store; another one after a rescue or a restored backup */
                            epoch: number;
                            changes: {
                                sequence: number;
                                release: components["schemas"]["Release"];
                                /** @description each takes the place of what you have of the same meter, `from` and `to` */
                                periods: components["schemas"]["Period"][];
                                /** @description periods that are no more: a boundary came between, or was withdrawn */
                                ended: {
                                    meter: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    from: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    to: string;
                                }[];
                            }[];
                            /** @description numbers that have no entry: it is damaged, or was lost with a store */
                            gaps: {
                                first: number;
                                last: number;
                            }[];
                            /** @description ask for what comes after this; the same as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/periods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each meter used between the boundaries you bill by, and what is missing
         * @description Periods that end after `from` and not after `to`, of released values alone. Each begins where the one before it ends, with the same version; those of a register, the ones with `past` among them, add up to its last value less its first, whichever days are chosen.
         */
        get: {
            parameters: {
                query: {
                    /**
                     * @description YYYY-MM-DD or ISO 8601 with offset
                     * @example 2026-11-01
                     */
                    from: string;
                    /** @description likewise; without it now. At most 62 days later, 400 for chosen days */
                    to?: string;
                    /** @description boundaries you bill by: days of the month, such as 1,11,21, at 00:00 by the site or at another hour, such as 01T08; or all there are, which it is without it */
                    at?: string;
                    meter?: string;
                    /**
                     * @description as the book was at this number; without it as it is
                     * @example 1
                     */
                    asOf?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What each meter used between the boundaries you bill by, and what is missing */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            epoch: number;
                            /** @description number of the book up to which releases are in; ask for it again and get the same periods */
                            asOf: number;
                            meters: {
                                meter: string;
                                /** @description each begins where the one before it ends */
                                periods: components["schemas"]["Period"][];
                                /** @description boundaries in the range of which nothing is released */
                                missing: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    boundary: string;
                                    /**
                                     * @description provisional: good so far, and the time to settle is not over
                                     * @enum {string}
                                     */
                                    standing: "missing" | "provisional";
                                    reasons: {
                                        /** @enum {string} */
                                        condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                                        /** @description branch on this */
                                        code: string;
                                        obis: string | null;
                                        text: string;
                                    }[];
                                }[];
                            }[];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Batches in order, each with who has acknowledged it
         * @description Of all meters, so only for keys that cover all.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Batches in order, each with who has acknowledged it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            epoch: number;
                            batches: {
                                batch: components["schemas"]["ReleaseBatch"];
                                acknowledged: components["schemas"]["Acknowledgement"][];
                            }[];
                            /** @description ask for what comes after this; the same as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was released together, with its control totals
         * @description Of all meters, so only for keys that cover all.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the batch
                     * @example 1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was released together, with its control totals */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReleaseBatch"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/billing/batches/{id}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that a batch has been taken in whole
         * @description With what you counted yourself. Where that is not what was released nothing is noted, and 409 says what differs. Said again by the same key it is what was noted first.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the batch
                     * @example 1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example 9f2b1c0d7e6a5f4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b */
                        hash: string;
                        releases: number;
                        /** @description compared where given; sums as numbers, so trailing zeros do not count */
                        totals?: {
                            obis: string;
                            unit: string;
                            count: number;
                            sum: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Says that a batch has been taken in whole */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Acknowledgement"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts and the meters behind them, from when and until when */
        get: {
            parameters: {
                query?: {
                    /** @description pairings of this meter only */
                    meter?: string;
                    /** @description as it was known at this time, which lies in the past; without it as it is known now */
                    asOf?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accounts and the meters behind them, from when and until when */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description of the last change of the meters this key covers */
                            revision: number;
                            accounts: {
                                /** @description as in your books; a string, leading zeros stay */
                                account: string;
                                pairings: components["schemas"]["Pairing"][];
                            }[];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pairings of one account, and everything that was ever recorded of them */
        get: {
            parameters: {
                query?: {
                    /** @description as it was known at this time, which lies in the past; without it as it is known now */
                    asOf?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The pairings of one account, and everything that was ever recorded of them */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * State all pairings of one account
         * @description What is not among them is withdrawn: it never held. `If-Match` takes the ETag of the account. Whole or not at all. Where a row is refused nothing is changed: status 400, with the answer in the problem.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        pairings: {
                            point: string;
                            meter: string;
                            /** @description YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset */
                            from: string;
                            /** @description likewise, no longer of it; null or left out: nothing ends it */
                            to?: string | null;
                        }[];
                    } | null;
                };
            };
            responses: {
                /** @description State all pairings of one account */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ArchiveChange"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/archive/unpaired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Released meters that belong to no account at a boundary
         * @description They are read and released all the same, and adopted once somebody says whose they are.
         */
        get: {
            parameters: {
                query: {
                    /**
                     * @description YYYY-MM-DD (00:00 in the site's fixed offset) or ISO 8601 with offset
                     * @example 2026-11-21
                     */
                    boundary: string;
                    /** @description as it was known at this time, which lies in the past; without it as it is known now */
                    asOf?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Released meters that belong to no account at a boundary */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            boundary: string;
                            counts: {
                                meters: number;
                                /** @description have a release of this boundary */
                                released: number;
                                /** @description of these, how many belong to no account */
                                unpaired: number;
                            };
                            unpaired: components["schemas"]["Unpaired"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import the archive: which account and point each meter belongs to
         * @description A CSV of account, point, meter, from, to, withdrawn, or the same as JSON. What it leaves out stays. Whole or not at all. Where a row is refused nothing is changed: status 400, with the answer in the problem.
         */
        post: {
            parameters: {
                query?: {
                    /** @description true: tells what it would change, and changes nothing */
                    dryRun?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description text/csv up to 4 MiB, or {"pairings": […]} up to 64 KiB */
            requestBody: {
                content: {
                    "text/csv": unknown;
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Import the archive: which account and point each meter belongs to */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ArchiveChange"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mode and balance of an account, how long it lasts, and what is not charged and why */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Mode and balance of an account, how long it lasts, and what is not charged and why */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountBalance"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * State the balance billing keeps itself, with the time it was so
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        put: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example 100.00 */
                        amount: string;
                        /**
                         * @description when it was so; not in the future
                         * @example 2026-11-01
                         */
                        at: string;
                    };
                };
            };
            responses: {
                /** @description State the balance billing keeps itself, with the time it was so */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything entered of an account, in the order it was entered, with the balance after it */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Everything entered of an account, in the order it was entered, with the balance after it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            account: string;
                            entries: components["schemas"]["LedgerEntry"][];
                            /** @description ask for what comes after this; as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of accounts, in the order it did: levels reached and left
         * @description For services that notify people: keep `next` together with what you made of the page. Of orders see `GET /v1/supply/changes`.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What became of accounts, in the order it did: levels reached and left */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            epoch: number;
                            events: components["schemas"]["LevelEvent"][];
                            /** @description ask for what comes after this; as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Price lists and their tables */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Price lists and their tables */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            lists: {
                                list: string;
                                currency: string;
                                tables: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    from: string;
                                    registers: {
                                        [key: string]: string;
                                    };
                                    ladder: {
                                        register: string;
                                        /** @enum {string} */
                                        every: "year" | "month";
                                        begins: string;
                                        steps: {
                                            /** @description exact, as the meter counts */
                                            above: string;
                                            /** @description exact, as the meter counts */
                                            price: string;
                                        }[];
                                    } | null;
                                    standing: {
                                        /** @enum {string} */
                                        every: "day" | "month";
                                        /** @description exact, in the currency of the account; never rounded */
                                        amount: string;
                                        due: string | null;
                                    } | null;
                                }[];
                            }[];
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter the mode of an account, its agreement, and how its balance is kept
         * @description From a midnight on. The first terms may begin in the past, all others in the future. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description a midnight of the site; later than all terms before
                         * @example 2026-11-01
                         */
                        from: string;
                        /** @enum {string} */
                        mode: "post-paid" | "cost-control" | "prepaid-here" | "prepaid-in-meter";
                        /** @description how the agreement is called in your books */
                        agreement: string;
                        /** @enum {string} */
                        balance: "none" | "here" | "pushed";
                        currency?: string | null;
                        /** @description needed for balance `here`; of `prepaid-in-meter` its meter is held against it */
                        prices?: string | null;
                    };
                };
            };
            responses: {
                /** @description Enter the mode of an account, its agreement, and how its balance is kept */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/prices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a table to a price list
         * @description It holds until the next begins. One that is in force never changes; one of the future is replaced by another of the same `from`. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the price list
                     * @example homes
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description a midnight of the site; in the future, for all but the first table
                         * @example 2026-11-01
                         */
                        from: string;
                        /**
                         * @description ISO 4217
                         * @example CNY
                         */
                        currency: string;
                        /**
                         * @example {
                         *       "1-0:1.8.0": "0.5283"
                         *     }
                         */
                        registers: {
                            [key: string]: string;
                        };
                        ladder?: {
                            /**
                             * @description that climbs it
                             * @example 1-0:1.8.0
                             */
                            register: string;
                            /** @enum {string} */
                            every: "year" | "month";
                            /**
                             * @description the day it begins anew; no later than the 28th
                             * @example 01-01
                             */
                            begins: string;
                            steps: {
                                /**
                                 * @description kWh used since it began; the first "0"
                                 * @example 0
                                 */
                                above: string;
                                /** @description for each kWh above it, beside the price of the register */
                                price: string;
                            }[];
                        };
                        /** @description for each meter of an account, whatever is used */
                        standing?: {
                            /** @enum {string} */
                            every: "day";
                            /** @example 0.35 */
                            amount: string;
                        } | {
                            /** @enum {string} */
                            every: "month";
                            /** @example 0.35 */
                            amount: string;
                            /** @description the day it is due, whole, from who holds the meter then */
                            due: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Add a table to a price list */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter a payment; of an account that is prepaid in the meter it is looked for there
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the payment, in your books: each is taken once
                         * @example P-2026-0815
                         */
                        payment: string;
                        /** @example 100.00 */
                        amount: string;
                        /**
                         * @description when it was so; not in the future
                         * @example 2026-11-01
                         */
                        at: string;
                    };
                };
            };
            responses: {
                /** @description Enter a payment; of an account that is prepaid in the meter it is looked for there */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/reversals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a payment back: an entry of its own over the whole of it
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example P-2026-0815 */
                        payment: string;
                        reason: string;
                        /**
                         * @description when it was so; not in the future
                         * @example 2026-11-01
                         */
                        at: string;
                    };
                };
            };
            responses: {
                /** @description Take a payment back: an entry of its own over the whole of it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/thresholds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose at which balance an account is warned, and when its overdraft is used up
         * @description Nothing changes until another key has confirmed it. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description they hold from then on
                         * @example 2026-11-01
                         */
                        from: string;
                        /**
                         * @description at or below it L1
                         * @example 100.00
                         */
                        alarm1: string;
                        /**
                         * @description at or below it L2; not above alarm1
                         * @example 100.00
                         */
                        alarm2: string;
                        /**
                         * @description at or below its negative L3; not negative
                         * @example 100.00
                         */
                        overdraft: string;
                    };
                };
            };
            responses: {
                /** @description Propose at which balance an account is warned, and when its overdraft is used up */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/thresholds/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm thresholds another key has proposed
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the entry that proposed them
                         * @example 814
                         */
                        sequence: number;
                    };
                };
            };
            responses: {
                /** @description Confirm thresholds another key has proposed */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LedgerEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/safeguards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notices of an account and what came of them, visits, protections */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Notices of an account and what came of them, visits, protections */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountSafeguards"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of an account when a cut is thought of
         * @description As `meterd policy explain --facts` takes it: what is left out is unknown, and what is unknown never passes.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is known of an account when a cut is thought of */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CutFacts"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notices that were required, in that order, and how each stands
         * @description For services that notify people and take no MQTT: keep `next` together with what you made of the page.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Notices that were required, in that order, and how each stands */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /** @description of the store; keep it beside `next` */
                            epoch: number;
                            notices: components["schemas"]["NoticeRequired"][];
                            /** @description ask for what comes after this; as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Customers whose notice no channel has delivered: somebody must go there
         * @description Whoever was visited, paid, or was told by another notice since is not among them.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Customers whose notice no channel has delivered: somebody must go there */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            visits: components["schemas"]["VisitRequired"][];
                            /** @description ask for what comes after this; as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Require a notice to the customer; whoever notifies people is asked for it
         * @description It is published as `notice.required`, again until something is heard of it. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the notice: each is entered once
                         * @example N-2026-0077
                         */
                        notice: string;
                        /** @enum {string} */
                        which: "first" | "second";
                        /** @description the ways the customer can be reached; none asks for a visit at once */
                        channels: string[];
                        /**
                         * @description of each channel, before somebody must go
                         * @default 3
                         */
                        tries?: number;
                        /**
                         * @description which text, in which version
                         * @example stop-notice-4
                         */
                        template: string;
                        /** @description the order it belongs to */
                        order?: string | null;
                    };
                };
            };
            responses: {
                /** @description Require a notice to the customer; whoever notifies people is asked for it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter what a channel says of a notice
         * @description When every channel was tried in vain as often as it should be, a visit is required. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the notice: each is entered once
                     * @example N-2026-0077
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description whose notice it is; another is refused
                         * @example 0004711
                         */
                        account: string;
                        /**
                         * @description as the channel calls it
                         * @example SMS-88121
                         */
                        receipt: string;
                        /**
                         * @description as the notice service calls it
                         * @example sms
                         */
                        channel: string;
                        /**
                         * @description only `delivered` counts
                         * @enum {string}
                         */
                        result: "delivered" | "failed" | "unknown";
                        /**
                         * @description when it was so, by whoever says it; not in the future
                         * @example 2026-11-01
                         */
                        at: string;
                        remark?: string | null;
                    };
                };
            };
            responses: {
                /** @description Enter what a channel says of a notice */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter a visit
         * @description With a photo, handed or posted, it delivers the notice it names. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the visit
                         * @example V-2026-0003
                         */
                        visit: string;
                        /** @description the notice that was brought */
                        notice?: string | null;
                        /**
                         * @description `handed` to somebody there, `posted` there, or neither
                         * @enum {string}
                         */
                        result: "handed" | "posted" | "not-met";
                        /**
                         * @description when it was so, by whoever says it; not in the future
                         * @example 2026-11-01
                         */
                        at: string;
                        /** @description where it is kept; needed unless nobody was met */
                        photo?: string | null;
                        /** @description who was there for you */
                        who: string;
                    };
                };
            };
            responses: {
                /** @description Enter a visit */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/protections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Protect a customer from being cut
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the account
                     * @example 0004711
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the protection: each is entered once
                         * @example S-2026-0009
                         */
                        protection: string;
                        /** @enum {string} */
                        class: "life_support" | "elderly_alone" | "low_income" | "public_service" | "finance_paid" | "important_user" | "bankruptcy" | "legal_hold" | "billing_dispute" | "temporary_hold";
                        /**
                         * Format: date
                         * @example 2026-11-21
                         */
                        from: string;
                        /** @description the last day; without it no end */
                        to?: string | null;
                        /** @description the document it is from */
                        source: string;
                        authorityReference?: string | null;
                    };
                };
            };
            responses: {
                /** @description Protect a customer from being cut */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/protections/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a protection, prolong it, or enter the approval of an authority
         * @description What protects longer holds at once (`changed`); what protects less is proposed (`change`), and another key confirms it. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the protection: each is entered once
                     * @example S-2026-0009
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description the last day; null for no end */
                        to?: string | null;
                        /** @description the authority's approval of a cut all the same */
                        authorityReference?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description End a protection, prolong it, or enter the approval of an authority */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/protections/{id}/changes/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a change of a protection another key has proposed
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the protection: each is entered once
                     * @example S-2026-0009
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the entry that proposed it
                         * @example 31
                         */
                        sequence: number;
                    };
                };
            };
            responses: {
                /** @description Confirm a change of a protection another key has proposed */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/protections/whole": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that all protected customers are entered
         * @description Before that nobody is known not to be protected; it is to be said anew when a store was restored or rescued. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description which list, of which day
                         * @example customer register, 2026-11-20
                         */
                        source: string;
                    };
                };
            };
            responses: {
                /** @description Say that all protected customers are entered */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/protections/whole/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that all protected customers are entered, as another key has said
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the entry that proposed it
                         * @example 31
                         */
                        sequence: number;
                    };
                };
            };
            responses: {
                /** @description Confirm that all protected customers are entered, as another key has said */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply/declared": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which conditions of the policy are declared, and until when
         * @description What is not among them is unknown, and what is unknown never passes.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Which conditions of the policy are declared, and until when */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Declarations"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Declare that there is a condition of the policy, such as heat, or that there is none
         * @description The last word counts. While it is so no cut leaves, approved or not. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the condition, as the policy has it
                         * @example heat
                         */
                        name: string;
                        /** @description whether it is so; where it is nobody is cut */
                        is: boolean;
                        /**
                         * @description until when this says anything, 48 hours ahead at most; then it is unknown, and nobody is cut
                         * @example 2026-11-01
                         */
                        until: string;
                        source?: string | null;
                    };
                };
            };
            responses: {
                /** @description Declare that there is a condition of the policy, such as heat, or that there is none */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SafeguardEntry"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cuts and restores, in the order they were asked for */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @example P-2026-0815 */
                    account?: string;
                    meter?: string;
                    kind?: "cut" | "restore";
                    state?: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
                    /** @description `true`: only those to which something may still happen */
                    open?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Cuts and restores, in the order they were asked for */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            orders: components["schemas"]["NumberedOrder"][];
                            /** @description ask for what comes after this; null on the last page */
                            next: number | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Ask for a cut: what an approver must see of it, and the digest of that
         * @description Nothing is sent by it. Refused where anything stands against the cut but the time of day. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the account
                         * @example 0004711
                         */
                        account: string;
                        /**
                         * @description its id in the meter list
                         * @example m1
                         */
                        meter: string;
                        /** @description in your words, for the journal */
                        reason: string;
                        /**
                         * @description the operation ticket
                         * @example T-2026-0112
                         */
                        ticket?: string | null;
                        /**
                         * @description what was asked for together
                         * @example B-2026-11-24
                         */
                        batch?: string | null;
                    };
                };
            };
            responses: {
                /** @description Ask for a cut: what an approver must see of it, and the digest of that */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An order, what became of it, and to who may approve: what is so now, with its digest
         * @description To a key of `approve` it says in `now` what may be approved; that it was shown is written down, and it may be approved by that key for as long as `approval.selectFor` of the policy has it (PR-51).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the order
                     * @example O-5f0c2f7a9d1e4b38
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An order, what became of it, and to who may approve: what is so now, with its digest */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrderLooked"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What stands against all cuts at once: the kill switch, its file, the fuse */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What stands against all cuts at once: the kill switch, its file, the fuse */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyState"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a cut another key has asked for, by the digest of what you have seen of it
         * @description Look at it first (`GET /v1/orders/{id}`) with the same key. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the order
                     * @example O-5f0c2f7a9d1e4b38
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description `now.digest` of what you have looked at
                         * @example abababababababababababababababababababababababababababababababab
                         */
                        digest: string;
                    };
                };
            };
            responses: {
                /** @description Approve a cut another key has asked for, by the digest of what you have seen of it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a cut out of quarantine: it is to be looked at and approved anew
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the order
                     * @example O-5f0c2f7a9d1e4b38
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never>;
                };
            };
            responses: {
                /** @description Let a cut out of quarantine: it is to be looked at and approved anew */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a cut back that has not left
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the order
                     * @example O-5f0c2f7a9d1e4b38
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description in your words, for the journal */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Take a cut back that has not left */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what became of an order where the meter does not tell
         * @description Of a restore only that it is done (`executed`); the meter is looked at all the same. One that was not asked for by a person needs the word of two keys, or a look, unless the meter waits for its button (P-18). Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path: {
                    /**
                     * @description of the order
                     * @example O-5f0c2f7a9d1e4b38
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        as: "executed" | "not-executed";
                        /** @description who saw it, and how */
                        how: string;
                    };
                };
            };
            responses: {
                /** @description Say what became of an order where the meter does not tell */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a meter
         * @description Nobody needs to approve it, and no window, fuse or kill switch stops it. All cuts of the meter that have not left are taken back. Payments ask for it by themselves. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description of the account
                         * @example 0004711
                         */
                        account: string;
                        /**
                         * @description its id in the meter list
                         * @example m1
                         */
                        meter: string;
                        /** @description in your words, for the journal */
                        reason: string;
                        /**
                         * @description the operation ticket
                         * @example T-2026-0112
                         */
                        ticket?: string | null;
                        /**
                         * @description what was asked for together
                         * @example B-2026-11-24
                         */
                        batch?: string | null;
                        /**
                         * @description `close-allowed`: the customer presses the button; `closed` needs a confirmation
                         * @default close-allowed
                         * @enum {string}
                         */
                        intended?: "close-allowed" | "closed";
                        /**
                         * @description `wrongful`: the cut should not have been; its batch is stopped
                         * @default asked
                         * @enum {string}
                         */
                        cause?: "asked" | "wrongful";
                        /** @description with `closed` only (P-14) */
                        confirmation?: {
                            /** @description how it is known that nobody is endangered */
                            how: string;
                            /**
                             * @description YYYY-MM-DD or ISO 8601 with offset
                             * @example 2026-11-01
                             */
                            at: string;
                        } | null;
                    };
                };
            };
            responses: {
                /** @description Restore a meter */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop all cuts at once; restores go on
         * @description What has not left is put in quarantine, and stays there when cuts are allowed again. Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description in your words, for the journal */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Stop all cuts at once; restores go on */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description the kill switch, as it was set over the API */
                            stopped: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601 with the site's offset
                                 */
                                at: string;
                                reason: string;
                            } | null;
                            fuse: {
                                blown: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    at: string;
                                    text: string;
                                } | null;
                                resetAskedBy: string | null;
                            };
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allow cuts again
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description in your words, for the journal */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Allow cuts again */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description the kill switch, as it was set over the API */
                            stopped: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601 with the site's offset
                                 */
                                at: string;
                                reason: string;
                            } | null;
                            fuse: {
                                blown: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    at: string;
                                    text: string;
                                } | null;
                                resetAskedBy: string | null;
                            };
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a blown fuse: the first asks for it, another does it
         * @description Once for each `Idempotency-Key` of a caller: the same again is given the first answer again.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @example 2f1d8c1e-6a53-4c6a-9a0e-1f6d2b9c7e01 */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description in your words, for the journal */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Reset a blown fuse: the first asks for it, another does it */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description the kill switch, as it was set over the API */
                            stopped: {
                                by: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601 with the site's offset
                                 */
                                at: string;
                                reason: string;
                            } | null;
                            fuse: {
                                blown: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601 with the site's offset
                                     */
                                    at: string;
                                    text: string;
                                } | null;
                                resetAskedBy: string | null;
                            };
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                409: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                422: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of orders, in the order it did
         * @description Every change that matters to others, and what billing is to take the order for. Keep `next` together with what you made of the page, and you miss none.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `next` of the page before; without it all
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What became of orders, in the order it did */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            epoch: number;
                            changes: components["schemas"]["OrderChange"][];
                            /** @description ask for what comes after this; as asked when there is no more */
                            next: number;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every line, its state and its counters */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Every line, its state and its counters */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            lines: components["schemas"]["Line"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/expectations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What should have arrived and has not, with its cause, by meter, plan and day
         * @description A page may hold fewer entries than asked for, even none, and still have a `next`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description of this meter only */
                    meter?: string;
                    /** @description of meters on this line only */
                    line?: string;
                    /** @description YYYY-MM-DD or ISO 8601 with offset; without it today */
                    from?: string;
                    /** @description before this; without it the end of today */
                    to?: string;
                    /** @description only days that have such periods, and only these */
                    state?: "open" | "missed" | "rejected";
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What should have arrived and has not, with its cause, by meter, plan and day */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expectations: components["schemas"]["Expectation"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/intervals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What flowed in each interval, measured, estimated or missing, oldest first
         * @description Differences of a register that was polled or recorded. A gap is divided so that its parts are exactly what the register counted in it; what is longer than three days, or has no good value at an end, is missing. Rules judge each day as a whole; what they say stands beside the intervals they say it of.
         */
        get: {
            parameters: {
                query: {
                    /** @example 1-0:1.8.0 */
                    obis: string;
                    /** @description YYYY-MM-DD or ISO 8601 with offset; without it yesterday */
                    from?: string;
                    /** @description before this, at most 62 days later; without it a day after `from` */
                    to?: string;
                    /** @description length of an interval, counted from midnight; without it 15m */
                    every?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What flowed in each interval, measured, estimated or missing, oldest first */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            meter: string;
                            obis: string;
                            /** @description null where no value of the register is known */
                            unit: string | null;
                            intervals: components["schemas"]["Interval"][];
                            /** @description what rules say of the days these intervals are of; each day as a whole */
                            findings: components["schemas"]["IntervalFinding"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The usage calendar: what was used on each day, as it was billed, and how it is known
         * @description Between the releases of two midnights. Days without a release are missing, and the span they are part of is beside them: `days` and the `spans` that are `inTotal` add up to `total`. What is not released yet stands apart in `provisional`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description YYYY-MM, in the site's fixed offset; without it and `from` this month */
                    month?: string;
                    /** @description the first day, YYYY-MM-DD; not together with `month` */
                    from?: string;
                    /** @description before this day, at most 62 later; without it 31 days after `from` */
                    to?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The usage calendar: what was used on each day, as it was billed, and how it is known */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            meter: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            from: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            to: string;
                            /**
                             * @description final where both `from` and `to` are released; between which times each register is billed is in `total`
                             * @enum {string}
                             */
                            state: "final" | "provisional";
                            /** @description each day that is over and not among the provisional ones */
                            days: components["schemas"]["CalendarDay"][];
                            /** @description what days without a release are part of */
                            spans: components["schemas"]["CalendarSpan"][];
                            /** @description not released yet; in no sum */
                            provisional: components["schemas"]["CalendarProvisional"][];
                            /** @description of the days and spans that end within; of calendars in a row each is in one */
                            total: {
                                /** @description where the earliest of what is counted begins; each register has its own */
                                from: string | null;
                                to: string | null;
                                registers: components["schemas"]["CalendarTotal"][];
                            };
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{id}/dossier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The dossier of a dispute: quantity, meter, creep, appliances, whether to test, whose it was
         * @description One page that needs nothing else and prints on A4 (`format=html`, which it is unless asked otherwise), or the same as JSON. Each figure names its readings, and the raw frames of each are in it.
         */
        get: {
            parameters: {
                query?: {
                    /** @description the first day, YYYY-MM-DD; without it the last 31 days that are over */
                    from?: string;
                    /** @description before this day, at most 62 later; without it 31 days after `from` */
                    to?: string;
                    /** @description without it html */
                    format?: "html" | "json";
                };
                header?: never;
                path: {
                    /**
                     * @description of the meter
                     * @example m1
                     */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The dossier */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Dossier"];
                        "text/html": string;
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alarms that stand, or everything that became of alarms in recorded order
         * @description A page of the history may hold fewer entries than asked for and still have a `next`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description true: only what stands now */
                    standing?: "true" | "false";
                    /** @description of this meter only */
                    meter?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Alarms that stand, or everything that became of alarms in recorded order */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alarms: components["schemas"]["Alarm"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indicators/voltage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Voltage qualification of each meter and phase, with the samples it rests on
         * @description Below the share of samples agreed on (`limits.complete`) there is no figure: what is missing is never taken for good.
         */
        get: {
            parameters: {
                query?: {
                    /** @description this meter only */
                    meter?: string;
                    /** @description YYYY-MM-DD or ISO 8601 with offset; without it yesterday */
                    from?: string;
                    /** @description before this, at most 62 days later; without it a day after `from` */
                    to?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Voltage qualification of each meter and phase, with the samples it rests on */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            from: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            to: string;
                            limits: {
                                /** @description percent with two decimals, rounded down */
                                below: string;
                                /** @description percent with two decimals, rounded down */
                                above: string;
                                /** @description percent with two decimals, rounded down */
                                complete: string;
                            };
                            entries: components["schemas"]["VoltageQuality"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indicators/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where voltages are watched, by area and class of meter, and what is watched nowhere */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Where voltages are watched, by area and class of meter, and what is watched nowhere */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            areas: components["schemas"]["MonitoringPoints"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indicators/clocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How fast each meter's clock runs away
         * @description By hourly measurements since the clock was last set; no figure where they are too few.
         */
        get: {
            parameters: {
                query?: {
                    /** @description this meter only */
                    meter?: string;
                    /** @description YYYY-MM-DD or ISO 8601 with offset; without it 14 days before `to` */
                    from?: string;
                    /** @description at most 62 days later; without it now */
                    to?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description How fast each meter's clock runs away */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description of these bytes; weak where they are compressed */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            from: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601 with the site's offset
                             */
                            to: string;
                            entries: components["schemas"]["ClockRate"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description The same as what the `ETag` in `If-None-Match` was of; no body */
                304: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sinks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every sink, how far it has come and what it is owed */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Every sink, how far it has come and what it is owed */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sinks: components["schemas"]["Sink"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sinks/{name}/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this sink refused for good, by sequence number */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description of the sink
                     * @example mqtt
                     */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What this sink refused for good, by sequence number */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sink: string;
                            parked: components["schemas"]["ParkedItem"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sinks/{name}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again, under the same ids
         * @description Answers when the sink stands where it starts again, or when the parked items are through.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description of the sink
                     * @example mqtt
                     */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        from?: number;
                        /** @enum {boolean} */
                        parked?: true;
                    } | null;
                };
            };
            responses: {
                /** @description Send again, under the same ids */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sink: string;
                            cursor: number;
                            owed: number;
                            /** @description what became of the parked items; `fault`: why the rest could not be sent */
                            parked: {
                                accepted: number;
                                refused: number;
                                fault: {
                                    code: string;
                                    text: string;
                                    hint: string;
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                404: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                413: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                415: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the clock of the gateway shows, and whether it is believed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What the clock of the gateway shows, and whether it is believed */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clock"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clock/trust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person has compared the clock and says that it is right
         * @description Polls stamped later than now are put in doubt.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A person has compared the clock and says that it is right */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clock"];
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The API keys that exist, without the keys */
        get: {
            parameters: {
                query?: {
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The API keys that exist, without the keys */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keys: components["schemas"]["HeldKey"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The journal: who did what, in order, each entry with the hash of the one before
         * @description Of all meters, so only for keys that cover all. Asking is itself written down first, and where that cannot be nothing is shown; pages come to an end with what was there when the first was asked for. A page of a narrow question may be empty and have a `next`. `meterd audit verify` holds the whole to its hashes.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description only entries with a higher number
                     * @example 1
                     */
                    after?: string;
                    /** @description entries per page, at most 1000 */
                    limit?: string;
                    /** @description `next` of the page before */
                    cursor?: string;
                    /** @description only entries from then on */
                    since?: string;
                    actor?: string;
                    action?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The journal: who did what, in order, each entry with the hash of the one before */
                200: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: components["schemas"]["JournalEntry"][];
                            /** @description cursor of the next page; null on the last */
                            next: string | null;
                        };
                    };
                };
                /** @description Problem (RFC 9457) */
                400: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                401: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                403: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                429: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        /** @description seconds */
                        "Retry-After"?: number;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                503: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                507: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Problem (RFC 9457) */
                default: {
                    headers: {
                        /** @description requests left (`r`), and seconds until none is missing (`t`) */
                        RateLimit?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Interlock: {
            /** @example window */
            name: string;
            /**
             * @description only `pass` passes
             * @enum {string}
             */
            verdict: "pass" | "fail" | "unknown";
            /**
             * @description `PASS`, or why not
             * @example OUTSIDE_WINDOW
             */
            code: string;
            text: string;
            remedy: string | null;
        };
        Reading: {
            id: string;
            version: number;
            meter: string;
            obis: string;
            /** @enum {string} */
            kind: "freeze" | "poll";
            /**
             * Format: date-time
             * @description start of the interval (poll) or the boundary (freeze)
             */
            slot: string;
            /** @description exact, as the meter counts */
            value: string;
            unit: string;
            /**
             * Format: date-time
             * @description when the value was true
             */
            readAt: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            receivedAt: string;
            /** @enum {string} */
            quality: "good" | "suspect" | "quarantined";
            /** @description IEC 61968-9 quality codes */
            codes: string[];
            /** @description what the rules had to say */
            findings: {
                rule: string;
                verdict: string;
                severity: number;
                codes: string[];
                evidence: string;
                /** @description of the rule */
                version?: number;
                /** @description what was held against each other, the older first */
                samples?: {
                    obis: string;
                    /** @enum {string} */
                    kind: "freeze" | "poll";
                    /** @description exact, as the meter counts */
                    value: string;
                    unit: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                }[];
                /** @description what was exceeded */
                limit?: {
                    value: string;
                    unit: string;
                };
            }[];
        };
        Alarm: {
            /** @description of the event; null in the list of what stands */
            sequence: number | null;
            /** @enum {string} */
            event: "raised" | "reopened" | "cleared";
            /**
             * @description line, gateway: many meters fail together, and are not told of one by one
             * @enum {string}
             */
            scope: "meter" | "line" | "gateway";
            /** @description the meter or line; empty for the gateway */
            of: string;
            line: string;
            rule: string;
            version: number | null;
            /** @description register and kind, the kind, or empty for the meter as such */
            about: string;
            /** @description 1 wants a person, 2 heals by a further read */
            severity: number;
            /** @description the rule withholds values from bills */
            blocks: boolean;
            codes: string[];
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            /** @description how often: what comes again within a day is the same alarm */
            opened: number;
            /** @description what was found, or by what it ended */
            text: string;
            /** @description both reads that agree; of many meters, one of each of the first */
            reads: {
                meter: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                finding: {
                    rule: string;
                    verdict: string;
                    severity: number;
                    codes: string[];
                    evidence: string;
                    /** @description of the rule */
                    version?: number;
                    /** @description what was held against each other, the older first */
                    samples?: {
                        obis: string;
                        /** @enum {string} */
                        kind: "freeze" | "poll";
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601 with the site's offset
                         */
                        at: string;
                    }[];
                    /** @description what was exceeded */
                    limit?: {
                        value: string;
                        unit: string;
                    };
                };
            }[];
            /** @description the meters that fail together */
            failing: string[];
        };
        Pairing: {
            /** @description as in your books; a string, leading zeros stay */
            account: string;
            /** @description supply point */
            point: string;
            /** @description id of the meter list */
            meter: string;
            /**
             * Format: date-time
             * @description holds from this instant on
             */
            from: string;
            /** @description before this instant; null: nothing ends it */
            to: string | null;
            /** @description of the change that said so */
            revision: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            recordedAt: string;
            /** @description name of the key, or "control door" */
            by: string;
        };
        Account: {
            /** @description as in your books; a string, leading zeros stay */
            account: string;
            /** @description of its last change; `If-Match` takes it in quotes */
            revision: number;
            /** @description those that hold, in order of time */
            pairings: components["schemas"]["Pairing"][];
            /** @description everything ever recorded of it */
            versions: {
                /** @description as in your books; a string, leading zeros stay */
                account: string;
                /** @description supply point */
                point: string;
                /** @description id of the meter list */
                meter: string;
                /**
                 * Format: date-time
                 * @description holds from this instant on
                 */
                from: string;
                /** @description before this instant; null: nothing ends it */
                to: string | null;
                /** @description of the change that said so */
                revision: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                recordedAt: string;
                /** @description name of the key, or "control door" */
                by: string;
                sequence: number;
                /** @description sequence of its first version */
                pairing: number;
                /** @description sequence of the version before */
                supersedes: number | null;
                /** @description it never held */
                withdrawn: boolean;
            }[];
        };
        Unpaired: {
            meter: string;
            /** @enum {string} */
            standing: "actual" | "totals-only" | "estimated" | "edited";
            version: number;
            sequence: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            releasedAt: string;
            /** @description when its last pairing ended; null: it never had one */
            since: string | null;
            /**
             * Format: date-time
             * @description the first boundary released since then: how long it has waited
             */
            oldest: string;
        };
        PairingChange: {
            /** @description null: left out where a whole account was stated */
            line: number | null;
            /** @description as in your books; a string, leading zeros stay */
            account: string;
            /** @description supply point */
            point: string;
            meter: string;
            /**
             * Format: date-time
             * @description holds from this instant on
             */
            from: string;
            /** @description before this instant; null: nothing ends it */
            to: string | null;
            /** @description the times it had; null for what is new */
            before: {
                /**
                 * Format: date-time
                 * @description holds from this instant on
                 */
                from: string;
                /** @description before this instant; null: nothing ends it */
                to: string | null;
            } | null;
        };
        ArchiveChange: {
            dryRun: boolean;
            /** @description false: nothing was changed */
            applied: boolean;
            /** @description counts the changes of the archive */
            revision: number;
            counts: {
                added: number;
                ended: number;
                changed: number;
                withdrawn: number;
                /** @description said what is known already */
                unchanged: number;
                refused: number;
                remarks: number;
            };
            added: components["schemas"]["PairingChange"][];
            ended: components["schemas"]["PairingChange"][];
            changed: components["schemas"]["PairingChange"][];
            withdrawn: components["schemas"]["PairingChange"][];
            /** @description the first 200; where there is one, nothing is changed */
            refused: {
                /** @description of the file; in JSON the place in the list, from 1 on */
                line: number;
                /** @description where the cell begins; null in JSON */
                column: number | null;
                field: string | null;
                text: string;
                remedy: string;
            }[];
            /** @description taken as it is; have a look; the first 200 */
            remarks: {
                /** @description of the file; in JSON the place in the list, from 1 on */
                line: number;
                /** @description where the cell begins; null in JSON */
                column: number | null;
                field: string | null;
                text: string;
                remedy: string;
            }[];
        };
        BillingRead: {
            meter: string;
            /** @description whose use is counted from this boundary on, as the archive is known now; null is nobody */
            account: string | null;
            point: string | null;
            /** @description when that became known; later than `releasedAt` where the read had waited for it */
            pairedAt: string | null;
            /** @description whose use ends at this boundary, where that is another */
            ending?: {
                account: string | null;
                point: string | null;
            };
            /**
             * @description frozen by the meter, or read by the clock
             * @enum {string}
             */
            origin: "freeze" | "timed";
            conditions: {
                number: number;
                /** @enum {string} */
                name: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                met: boolean;
                text: string;
            }[];
            /** @description what stands against full release; empty when nothing does */
            reasons: {
                /** @enum {string} */
                condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            /** @enum {string} */
            status: "ready" | "totals-only";
            /** @constant */
            state: "provisional";
            /** @description rounds that gave the registers: one, or several that read the same freeze */
            rounds: number[];
            registers: {
                obis: string;
                id: string;
                version: number;
                /** @enum {string} */
                quality: "good" | "suspect" | "quarantined";
                codes: string[];
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                readAt: string;
                /** @description exact, as the meter counts */
                value: string;
                unit: string;
            }[];
            /** @description tariff registers not released */
            withheld: string[];
        };
        FinalRead: {
            meter: string;
            /** @description whose use is counted from this boundary on, as the archive is known now; null is nobody */
            account: string | null;
            point: string | null;
            /** @description when that became known; later than `releasedAt` where the read had waited for it */
            pairedAt: string | null;
            /** @description whose use ends at this boundary, where that is another */
            ending?: {
                account: string | null;
                point: string | null;
            };
            /** @description what was to be said of it when it was released */
            reasons: {
                /** @enum {string} */
                condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            /** @enum {string} */
            status: "ready" | "totals-only" | "estimated" | "edited";
            /** @constant */
            state: "final";
            /** @description of this meter and boundary; the latest */
            version: number;
            /** @description in the book */
            sequence: number;
            batch: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            releasedAt: string;
            /** @description "rule", or who decided */
            by: string;
            /** @description of the transformers; the values have it in them */
            multiplier: string;
            /** @description one more with each exchange of the meter: no difference across */
            segment: number;
            /** @description of the first boundary of a meter, or of a multiplier, after another: the final read of the one before, the initial read of this one */
            opening?: {
                final: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                    registers: {
                        obis: string;
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        reading: string | null;
                    }[];
                };
                initial: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                    registers: {
                        obis: string;
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        reading: string | null;
                    }[];
                };
            };
            registers: {
                obis: string;
                /** @description of the reading; null where it is none */
                id: string | null;
                /** @description IEC 61968-9 quality codes */
                codes: string[];
                /** @description exact, as the meter counts */
                value: string;
                unit: string;
                /** @description what agrees with the value and could have disagreed */
                witnesses: {
                    by: string;
                    evidence: string;
                }[];
                /** @description what an estimate rests on; null for a reading */
                estimate: {
                    method: string;
                    evidence: string;
                } | null;
                /** @description what it had counted full when it began again at zero since the release before */
                rolledOver?: string;
            }[];
            /** @description tariff registers not released */
            withheld: string[];
        };
        MissingRead: {
            meter: string;
            /** @description whose use is counted from this boundary on, as the archive is known now; null is nobody */
            account: string | null;
            point: string | null;
            /** @description when that became known; later than `releasedAt` where the read had waited for it */
            pairedAt: string | null;
            /** @description whose use ends at this boundary, where that is another */
            ending?: {
                account: string | null;
                point: string | null;
            };
            /**
             * @description frozen by the meter, or read by the clock
             * @enum {string}
             */
            origin: "freeze" | "timed";
            conditions: {
                number: number;
                /** @enum {string} */
                name: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                met: boolean;
                text: string;
            }[];
            /** @description what stands against full release; empty when nothing does */
            reasons: {
                /** @enum {string} */
                condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            /** @constant */
            status: "missing";
            /** @description what is kept for this boundary; without values */
            known: {
                obis: string;
                id: string;
                version: number;
                /** @enum {string} */
                quality: "good" | "suspect" | "quarantined";
                codes: string[];
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                readAt: string;
            }[];
        };
        Release: {
            sequence: number;
            meter: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            boundary: string;
            /** @description 1, 2, … of this meter and boundary; each supersedes the one before */
            version: number;
            /** @enum {string} */
            standing: "actual" | "totals-only" | "estimated" | "edited" | "withdrawn";
            registers: {
                obis: string;
                reading: string | null;
                /** @description IEC 61968-9 quality codes */
                codes: string[];
                /** @description exact, as the meter counts */
                value: string;
                unit: string;
                /** @description what agrees with the value and could have disagreed */
                witnesses: {
                    by: string;
                    evidence: string;
                }[];
                /** @description what an estimate rests on; null for a reading */
                estimate: {
                    method: string;
                    evidence: string;
                } | null;
                /** @description what it had counted full when it began again at zero since the release before */
                rolledOver?: string;
            }[];
            /** @description tariff registers not released */
            withheld: string[];
            /** @description of the transformers; the values have it in them */
            multiplier: string;
            /** @description one more with each exchange of the meter: no difference across */
            segment: number;
            /** @description of the first boundary of a meter, or of a multiplier, after another: the final read of the one before, the initial read of this one */
            opening?: {
                final: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                    registers: {
                        obis: string;
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        reading: string | null;
                    }[];
                };
                initial: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                    registers: {
                        obis: string;
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        reading: string | null;
                    }[];
                };
            };
            remarks: {
                /** @enum {string} */
                condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
                /** @enum {string} */
                blocks: "all" | "tariffs";
            }[];
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            recordedAt: string;
            by: string;
            batch: number;
        };
        JournalEntry: {
            sequence: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            /** @description name of a key, local:USER at the box itself, or daemon */
            actor: string;
            /** @description the scope it was done by; none of the daemon */
            scope: string;
            /** @description where it came from; local at the box itself */
            address: string;
            /** @example batch.acknowledged */
            action: string;
            /**
             * @description what it was done to
             * @example batch 12
             */
            subject: string;
            facts: {
                [key: string]: unknown;
            };
            /** @description the same, letter by letter as it is hashed */
            factsText: string;
            /** @description hash of the entry before; zeros before the first */
            before: string;
            /** @description SHA-256, hexadecimal */
            hash: string;
        };
        ReleaseBatch: {
            id: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            recordedAt: string;
            /** @description sequence of its first release */
            first: number;
            last: number;
            releases: number;
            standings: {
                [key: string]: number;
            };
            /** @description over all its releases, whatever their standing */
            totals: {
                obis: string;
                unit: string;
                count: number;
                /** @description exact, as the meter counts */
                sum: string;
            }[];
            /** @description hash of the batch before; zeros for the first */
            previous: string;
            /** @description SHA-256 over `previous` and each release as sent, each ended by a line feed */
            hash: string;
        };
        Acknowledgement: {
            /** @description name of the key */
            by: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
        };
        CalendarEnd: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            version: number;
            /** @enum {string} */
            standing: "actual" | "totals-only" | "estimated" | "edited";
            /** @description in the book of releases */
            sequence: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            releasedAt: string;
        };
        /** @description what one register counted between its own `from` and `to` */
        CalendarTotal: {
            obis: string;
            unit: string;
            /** @description exact, as the meter counts */
            quantity: string;
            /**
             * Format: date-time
             * @description of this register: earlier than that of others where midnights were released without it, as tariffs often are
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            /** @description times in between of which no quantity can be told; `quantity` is without them */
            without: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                to: string;
            }[];
        };
        CalendarRegister: {
            obis: string;
            unit: string;
            /** @description exact, as the meter counts */
            quantity: string;
            /** @description how much of it rests on an estimate */
            estimated: string;
            /** @description quantity is the sum of end − start + rolledOver; two parts across an exchange */
            parts: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                to: string;
                /** @description the register as released for `from` */
                start: string;
                /** @description exact, as the meter counts */
                end: string;
                /** @description where it began at zero again: what it counts to; else null */
                rolledOver: string | null;
                /** @description of the transformers; start and end have it in them */
                multiplier: string;
                segment: number;
            }[];
        };
        CalendarDay: {
            /**
             * Format: date
             * @description in the site's fixed offset
             */
            day: string;
            /** @enum {string} */
            mark: "measured" | "estimated" | "corrected" | "split" | "missing";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            registers: components["schemas"]["CalendarRegister"][];
            /** @description registers of which no quantity can be told */
            without: string[];
            /** @description why it is not simply measured */
            reasons: {
                /**
                 * Format: date-time
                 * @description the boundary it is said of
                 */
                at: string;
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            /** @description null where that midnight is not released */
            start: components["schemas"]["CalendarEnd"] | null;
            end: components["schemas"]["CalendarEnd"] | null;
        };
        /** @description what is released of longer than a day; shown by each calendar it reaches into */
        CalendarSpan: {
            /** @enum {string} */
            mark: "measured" | "estimated" | "corrected" | "split";
            /** @description counted in `total` of this answer; false where it ends after `to`: the calendar that holds its `to` counts it */
            inTotal: boolean;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            registers: components["schemas"]["CalendarRegister"][];
            /** @description registers of which no quantity can be told */
            without: string[];
            /** @description why it is not simply measured */
            reasons: {
                /**
                 * Format: date-time
                 * @description the boundary it is said of
                 */
                at: string;
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            start: components["schemas"]["CalendarEnd"];
            end: components["schemas"]["CalendarEnd"];
        };
        /** @description an end is good so far and not released */
        CalendarProvisional: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            registers: components["schemas"]["CalendarRegister"][];
            /** @description registers of which no quantity can be told */
            without: string[];
            /** @description why it is not simply measured */
            reasons: {
                /**
                 * Format: date-time
                 * @description the boundary it is said of
                 */
                at: string;
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            start: components["schemas"]["CalendarEnd"] | null;
            end: components["schemas"]["CalendarEnd"] | null;
        };
        Period: {
            meter: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            /** @enum {string} */
            standing: "actual" | "estimated" | "corrected" | "split";
            /** @description of the release it begins with */
            fromVersion: number;
            toVersion: number;
            /** @description why it is not simply what was read at both ends; branch on `code` */
            reasons: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                code: string;
                obis: string | null;
                text: string;
            }[];
            quantities: {
                obis: string;
                unit: string;
                /** @description exact: the sum of its parts */
                value: string;
                /** @description how much of it rests on an estimate */
                estimated: string;
                /** @description end less start, and what it rolled over at; one of each series of the meter */
                parts: {
                    start: {
                        /**
                         * Format: date-time
                         * @description ISO 8601 with the site's offset
                         */
                        at: string;
                        /** @description exact, as the meter counts */
                        value: string;
                    };
                    end: {
                        /**
                         * Format: date-time
                         * @description ISO 8601 with the site's offset
                         */
                        at: string;
                        /** @description exact, as the meter counts */
                        value: string;
                    };
                    /** @description exact, as the meter counts */
                    rolledOver?: string;
                }[];
            }[];
            /** @description registers without a quantity: one end lacks it, or no difference can be made */
            without: string[];
            /** @description true: what these registers counted past boundaries that were released without them; it lies over periods that have them in `without` */
            past: boolean;
        };
        /** @description readings are held apart while `trusted` is false */
        Clock: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            now: string;
            trusted: boolean;
        };
        ClockRate: {
            meter: string;
            /** @description in the span, one an hour at most */
            measurements: number;
            /** @description null where there are fewer than 8 since the clock was set, or over less than a day */
            rate: {
                /** @description gaining is positive */
                secondsADay: string;
                /** @description standard error */
                uncertain: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                to: string;
                /** @description since the clock was last set */
                samples: number;
            } | null;
        };
        Awaited: {
            meter: string;
            /** @description null where no plan of the meter holds this boundary */
            line: string | null;
            /** @enum {string} */
            status: "provisional" | "missing";
            /** @description the code that matters most */
            cause: string;
            /**
             * @description person: somebody must do what `next` says; nobody: nothing more happens by itself; meter: it is asked; time: it is settled or estimated by itself
             * @enum {string}
             */
            waitsFor: "person" | "nobody" | "meter" | "time";
            /** @description what stands against release, now or when the time to settle is over */
            reasons: {
                /** @enum {string} */
                condition: "origin" | "identity" | "time" | "complete" | "valid" | "continuous" | "multiplier" | "final" | "released";
                /** @description branch on this */
                code: string;
                obis: string | null;
                text: string;
            }[];
            /** @description where it lies before the gateway asked for such boundaries: since when it does; else null */
            askedSince: string | null;
            /** @description about this boundary; null where nothing is known of a try */
            lastTried: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /** @description ANSWERED, a fault code, or a cause of /v1/expectations */
                outcome: string;
                text: string;
                /** @description conversations about this boundary; null where nobody counted */
                times: number | null;
            } | null;
            /** @description how it answers since the daemon started; null where that is not known */
            meterNow: {
                /** @enum {string} */
                state: "never" | "ok" | "failing" | "silent";
                lastAskedAt: string | null;
                lastAnswerAt: string | null;
                fault: {
                    code: string;
                    text: string;
                } | null;
            } | null;
            /** @description whether its supply was cut off and no read can be expected: always null, as nothing here knows it */
            supply: null;
            next: {
                /** @enum {string} */
                does: "person" | "ask" | "wait" | "estimate" | "release" | "nothing";
                /** @description null where it is not known, or there is no such time */
                at: string | null;
                /** @description until the meter forgets it; null where not known */
                until: string | null;
                text: string;
            }[];
        };
        Dossier: {
            gateway: string;
            meter: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            asOf: string;
            /** @description of the register the checks look at */
            unit: string;
            quantity: {
                calendar: {
                    gateway: string;
                    meter: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    to: string;
                    /**
                     * @description final where both `from` and `to` are released; between which times each register is billed is in `total`
                     * @enum {string}
                     */
                    state: "final" | "provisional";
                    /** @description each day that is over and not among the provisional ones */
                    days: components["schemas"]["CalendarDay"][];
                    /** @description what days without a release are part of */
                    spans: components["schemas"]["CalendarSpan"][];
                    /** @description not released yet; in no sum */
                    provisional: components["schemas"]["CalendarProvisional"][];
                    /** @description of the days and spans that end within; of calendars in a row each is in one */
                    total: {
                        /** @description where the earliest of what is counted begins; each register has its own */
                        from: string | null;
                        to: string | null;
                        registers: components["schemas"]["CalendarTotal"][];
                    };
                };
                boundaries: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    version: number;
                    standing: string;
                    sequence: number;
                    batch: number;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                    registers: {
                        obis: string;
                        /** @description exact, as the meter counts */
                        value: string;
                        unit: string;
                        /** @description its id; null for an estimate */
                        reading: string | null;
                        codes: string[];
                    }[];
                }[];
            };
            identity: {
                /** @description who the meter told it is: where something new was told, and the last */
                audits: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    /** @enum {string} */
                    found: "same" | "other";
                    evidence: string;
                }[];
                exchanges: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    final: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    initial: string;
                    segment: number;
                    /** @description exact, as the meter counts */
                    multiplier: string;
                }[];
                status: {
                    obis: string;
                    name: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    /** @description the last of the period, hexadecimal */
                    value: string;
                    /** @description in the period */
                    changed: boolean;
                    /** @description bits that stand and mean a fault */
                    faults: string[];
                    reading: string;
                }[];
                /** @description null where it was not measured in the period */
                clock: {
                    measurements: number;
                    furthestSeconds: number;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    furthestAt: string;
                    lastSeconds: number;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    lastAt: string;
                } | null;
                /** @description the last measurement before the period */
                clockBefore: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    /** @description how far it was ahead; negative where it was behind */
                    seconds: number;
                } | null;
                /** @description the first measurement after the period */
                clockAfter: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    /** @description how far it was ahead; negative where it was behind */
                    seconds: number;
                } | null;
                alarms: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    event: string;
                    rule: string;
                    about: string;
                    text: string;
                }[];
                /** @description always null: nothing here knows it */
                lastCalibration: null;
            };
            creep: {
                /** @enum {string} */
                verdict: "creeps" | "suspected" | "none" | "not-shown";
                quietHours: number;
                windows: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    to: string;
                    rounds: number;
                    /** @description rounds that showed the register further than the one before */
                    moved: number;
                    /** @description exact, as the meter counts */
                    start: string;
                    /** @description exact, as the meter counts */
                    end: string;
                    /** @description exact, as the meter counts */
                    counted: string;
                    /** @description what may flow unseen in that time */
                    mostKwh: string;
                    /** @description exact, as the meter counts */
                    largestCurrent: string;
                    largestPower: string | null;
                    over: boolean;
                    readings: string[];
                }[];
            };
            appliances: {
                hours: {
                    hour: number;
                    days: number;
                    /** @description exact, as the meter counts */
                    sum: string;
                    mean: string;
                    /** @description exact, as the meter counts */
                    most: string;
                }[];
                days: {
                    day: string;
                    /** @description exact, as the meter counts */
                    quantity: string;
                }[];
                /** @description what the quietest hour counts, of the middle one of the days */
                standing: string | null;
                steps: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    from: string;
                    /** @description exact, as the meter counts */
                    before: string;
                    /** @description exact, as the meter counts */
                    after: string;
                }[];
                rise: {
                    since: string;
                    before: string;
                    after: string;
                    hours: {
                        from: number;
                        to: number;
                        more: string;
                        percent: number;
                    } | null;
                } | null;
            };
            test: {
                advised: boolean;
                reasons: string[];
                explained: string | null;
                rules: {
                    rule: string;
                    verdict: string;
                    times: number;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    first: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    last: string;
                    evidence: string;
                    reading: string;
                }[];
            };
            /** @description whose the meter was; empty where no archive says */
            pairings: {
                account: string;
                point: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                to: string | null;
            }[];
            /** @description every reading the figures rest on */
            readings: {
                id: string;
                obis: string;
                /** @enum {string} */
                kind: "freeze" | "poll";
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                slot: string;
                version: number;
                /** @description exact, as the meter counts */
                value: string;
                unit: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                readAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                receivedAt: string;
                quality: string;
                /** @description places in `frames`; none where they are no longer kept */
                frames: number[];
                /** @description the one of them that carried the value */
                carrier: number | null;
            }[];
            frames: {
                /** @description bytes sent, hex */
                request: string;
                reply: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                sentAt: string;
                receivedAt: string | null;
                outcome: string;
            }[];
        };
        Expectation: {
            meter: string;
            line: string;
            /** @description "daily", "settlement", "hourly", "poll-15m" */
            plan: string;
            /** @description "15m", or the days of each month and their hours: "01T00 15T00" */
            every: string;
            /**
             * Format: date
             * @description a day in the site's fixed offset
             */
            day: string;
            /** @description periods begun so far; the sum of the next six */
            due: number;
            accepted: number;
            suspect: number;
            /** @description answered, and nothing of it is a reading, or all of it is held apart */
            rejected: number;
            missed: number;
            /** @description not here yet, and may still come */
            open: number;
            /** @description readings given up for want of room, or lost with a damaged store */
            unexplained: number;
            /** @description at most 100 */
            gaps: {
                /**
                 * Format: date-time
                 * @description slot of the first period
                 */
                first: string;
                /**
                 * Format: date-time
                 * @description slot of the last one
                 */
                last: string;
                periods: number;
                /** @enum {string} */
                state: "open" | "missed" | "rejected";
                /** @description a fault code, or OFF, CLOCK, NOT_ASKED, HELD_APART, NOT_WANTED (see docs/api.md) */
                cause: string;
                /** @description conversations about each of them, at most */
                tries: number;
                lastTriedAt: string | null;
            }[];
            /** @description ranges not shown */
            moreGaps: number;
        };
        ExportManifest: {
            format: string;
            gateway: string;
            /** @description of the store; another one after a rescue or a restored backup */
            epoch: number;
            /** @description the same for the same data: know a repetition by it */
            batchId: string;
            /** @description number of the book it is as of; null for intervals, which are not of the book */
            through: number | null;
            /** @description when the newest of what it rests on was recorded */
            asOf: string | null;
            /** @description when the newest that is known of accounts was recorded; null where there is nothing */
            archiveAsOf: string | null;
            /** @description of its boundaries or intervals; null where it has none */
            first: string | null;
            last: string | null;
            /** @description releases, or days of intervals of a register */
            entries: number;
            /** @description with a value: registers of releases, or intervals */
            values: number;
            /** @description exact, in order of OBIS code */
            totals: {
                obis: string;
                unit: string;
                count: number;
                /** @description of the values as released, multiplied */
                sum: string;
                /** @description used in the periods, or in the intervals */
                quantity: string;
            }[];
            bytes: number;
            /** @description of the bytes of the file, hexadecimal */
            sha256: string;
        };
        Alive: {
            /** @constant */
            status: "alive";
        };
        Stuck: {
            /** @constant */
            status: "stuck";
            stuck: {
                /** @enum {string} */
                part: "scheduler" | "line" | "store" | "sink" | "book";
                name: string;
            }[];
        };
        Readiness: {
            /** @enum {string} */
            status: "ready" | "degraded" | "not ready";
            /** @description what does not do its work; empty when ready */
            why: {
                /** @enum {string} */
                part: "store" | "clock" | "scheduler" | "line" | "meters" | "sink" | "book";
                name: string | null;
                code: string;
                hint: string;
                count: number;
            }[];
        };
        HeldKey: {
            name: string;
            /** @description last four characters of the key */
            ends: string;
            scopes: ("read" | "billing" | "operate" | "approve" | "restore" | "admin" | "audit")[];
            /** @description the only meters it covers; null: all */
            meters: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            createdAt: string;
            expiresAt: string | null;
            /** @description null: not since the daemon started */
            lastUsedAt: string | null;
        };
        Problem: {
            /** @description urn:meterd:fault: and the code */
            type: string;
            title: string;
            status: number;
            /** @description what happened and where */
            detail: string;
            /** @description from the fault table; branch on this */
            code: string;
            /** @description what to do */
            hint: string;
            /** @description names this request in the log */
            instance: string;
            /** @description every field that is wrong */
            errors?: {
                field: string;
                text: string;
            }[];
            /** @description code of what stands against an order */
            reason?: string;
            remedy?: string;
            /** @description what is another than was shown; times in it are UTC milliseconds */
            changes?: {
                fact: string;
                was: unknown;
                is: unknown;
            }[];
            /** @description all that did not pass */
            interlocks?: components["schemas"]["Interlock"][];
        };
        Interval: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            /** @enum {string} */
            mark: "measured" | "estimated" | "missing";
            /** @description exact; null where missing */
            value: string | null;
            /** @description of an estimate */
            method: ("linear" | "like-days") | null;
            /** @description that say something of it; in `findings` what */
            rules: string[];
            /** @description IEC 61968-9 quality codes of those */
            codes: string[];
        };
        /** @description from the first interval it speaks of until the last */
        IntervalFinding: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            to: string;
            rule: string;
            verdict: string;
            severity: number;
            codes: string[];
            evidence: string;
            /** @description of the rule */
            version?: number;
            /** @description what was held against each other, the older first */
            samples?: {
                obis: string;
                /** @enum {string} */
                kind: "freeze" | "poll";
                /** @description exact, as the meter counts */
                value: string;
                unit: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            }[];
            /** @description what was exceeded */
            limit?: {
                value: string;
                unit: string;
            };
        };
        MeterCredit: {
            meter: string;
            /** @description null: it has told nothing in 62 days */
            unit: string | null;
            /** @description what is left */
            remaining: string | null;
            /** @description what is owed */
            overdraft: string | null;
            /** @description remaining less overdraft */
            balance: string | null;
            at: string | null;
            quality: ("good" | "suspect") | null;
            /** @description how often it was topped up */
            purchases: string | null;
            /** @description and by how much in all */
            bought: string | null;
            /** @description the amounts at which it acts by itself, as the last audit has them */
            thresholds: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                amounts: {
                    [key: string]: string;
                };
            } | null;
            /** @description once it has opened it stays open: no more is left than `closesAbove`. null: nobody knows */
            isHeldOpen: boolean | null;
            /** @description set anew within 62 days, and by nobody here */
            changes: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /** @enum {string} */
                threshold: "alarm1" | "alarm2" | "overdraftLimit" | "hoardLimit" | "closesAbove";
                /** @description exact, as the meter tells it */
                was: string;
                /** @description exact, as the meter tells it */
                is: string;
            }[];
            findings: {
                /** @enum {string} */
                code: "BOTH_HELD" | "BOTH_EMPTY" | "ROSE" | "FELL" | "COUNT_FELL";
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                to: string;
                text: string;
                remedy: string;
            }[];
        };
        AccountCredit: {
            meters: components["schemas"]["MeterCredit"][];
            topUps: {
                payment: string;
                /** @description exact, as the meter tells it */
                amount: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /**
                 * @description `missing`: not in the meter a day later; `unread`: a day later nobody had looked; `unknown`: nobody had looked before
                 * @enum {string}
                 */
                standing: "in-meter" | "waiting" | "missing" | "unread" | "unknown";
                /** @description the first look at the meter that shows it */
                seenAt: string | null;
            }[];
        };
        LedgerEntry: {
            /** @description of all accounts */
            sequence: number;
            /** @description empty for prices */
            account: string;
            /** @enum {string} */
            kind: "terms" | "prices" | "payment" | "top-up" | "reversal" | "balance" | "charge" | "thresholds" | "confirmed" | "level";
            /** @description the payment or top-up, the meter of a charge, the price list, the agreement */
            about: string;
            /**
             * Format: date-time
             * @description when it was so; of a charge the beginning of what was used
             */
            from: string;
            to: string | null;
            /** @description how the balance moves; of `balance` what it is */
            amount: string | null;
            /** @description after it; null where it is not known */
            balance: string | null;
            /** @description of a charge: register, quantity, price, and the numbers of the releases it rests on; of a top-up: its amount; `stated`: its own time, where that was ahead of the gateway’s clock */
            facts: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            recordedAt: string;
            by: string;
        };
        Terms: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /** @enum {string} */
            mode: "post-paid" | "cost-control" | "prepaid-here" | "prepaid-in-meter";
            agreement: string;
            /** @enum {string} */
            balance: "none" | "here" | "pushed";
            currency: string | null;
            prices: string | null;
        };
        Thresholds: {
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            from: string;
            /** @description exact, in the currency of the account; never rounded */
            alarm1: string;
            /** @description exact, in the currency of the account; never rounded */
            alarm2: string;
            /** @description exact, in the currency of the account; never rounded */
            overdraft: string;
        };
        AccountBalance: {
            account: string;
            /** @description in force now */
            terms: components["schemas"]["Terms"] | null;
            allTerms: components["schemas"]["Terms"][];
            /** @description null: none is kept here, or it is not known */
            balance: string | null;
            /** @description why it is null */
            because: string | null;
            /** @description numbers of entries that are damaged and withheld, and what to do */
            damaged: {
                entries: number[];
                remedy: string;
            } | null;
            /** @description of the last entry; of a balance pushed, when it was so */
            asOf: string | null;
            /** @description the end of the last use charged */
            chargedTo: string | null;
            /** @description the last reached and not left; L3: low enough to be cut, by its balance alone. null: not known */
            level: ("L0" | "L1" | "L2" | "L3") | null;
            /** @description in force now */
            thresholds: components["schemas"]["Thresholds"] | null;
            /** @description wait for another key */
            proposed: {
                sequence: number;
                by: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /** @description exact, in the currency of the account; never rounded */
                alarm1: string;
                /** @description exact, in the currency of the account; never rounded */
                alarm2: string;
                /** @description exact, in the currency of the account; never rounded */
                overdraft: string;
            }[];
            /** @description an estimate: balance by the median of the last days charged, at most 7 */
            daysLeft: {
                days: string;
                /** @description exact, in the currency of the account; never rounded */
                perDay: string;
                over: number;
            } | null;
            /** @description of the last 62 days */
            notCharged: {
                meter: string;
                obis: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                to: string;
                /** @enum {string} */
                code: "NOBODYS" | "ACCOUNT_CHANGES" | "TERMS_CHANGE" | "LADDER_BEGINS" | "PRICE_CHANGES" | "NO_PRICE" | "NOT_KNOWN" | "UNIT" | "ESTIMATED" | "NOT_RELEASED";
                text: string;
                /** @description as estimated; null where it is not */
                quantity: string | null;
                /** @description what that would cost; it is not in the balance */
                amount: string | null;
            }[];
            /** @description of mode `prepaid-in-meter`: what its meters keep; else null */
            inMeter: components["schemas"]["AccountCredit"] | null;
        };
        LevelEvent: {
            sequence: number;
            /** @constant */
            type: "account.level";
            account: string;
            /** @description L1, L2 or L3 */
            level: string;
            /**
             * @description left: it may be reached again
             * @enum {string}
             */
            event: "reached" | "left";
            /** @description exact, in the currency of the account; never rounded */
            threshold: string;
            /** @description exact, in the currency of the account; never rounded */
            balance: string;
            /** @description what a day costs, as in `daysLeft` */
            perDay: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
        };
        /** @description ms to the first byte of an answer: so many of a hundred took no longer */
        ResponseTimes: {
            p50: number;
            p90: number;
            p99: number;
        } | null;
        Line: {
            id: string;
            url: string;
            /**
             * @description resting: closed by the other side while it was idle, and opened when somebody asks
             * @enum {string}
             */
            state: "open" | "opening" | "waiting" | "resting" | "closed";
            fault: {
                code: string;
                text: string;
                hint: string;
            } | null;
            /** @description since the start of the daemon */
            counters: {
                requests: number;
                answers: number;
                timeouts: number;
                retries: number;
                strays: number;
                lates: number;
                echoes: number;
                broken: number;
                resyncs: number;
                noiseBytes: number;
                reopened: number;
                doubled: number;
                bytesOut: number;
                bytesIn: number;
                busyMs: number;
            };
            /** @description share of the last minutes in which a question or its answer was on the way */
            utilisation: number;
            responseMs: components["schemas"]["ResponseTimes"];
        };
        /** @description null: a meter whose protocol itself says what its items are */
        Acceptance: {
            accepted: boolean;
            at: string | null;
            by: string | null;
            because: string | null;
            /** @description what the meter said of itself then */
            identity: string | null;
            /** @description why its values are held apart, and what to do */
            held: string | null;
        } | null;
        /** @description counted on its line since the start of the daemon */
        MeterNumbers: {
            requests: number;
            timeouts: number;
            damaged: number;
            lates: number;
            strays: number;
            responseMs: components["schemas"]["ResponseTimes"];
        };
        NewestReading: {
            id: string;
            version: number;
            meter: string;
            obis: string;
            /** @enum {string} */
            kind: "freeze" | "poll";
            /**
             * Format: date-time
             * @description start of the interval (poll) or the boundary (freeze)
             */
            slot: string;
            /** @description exact, as the meter counts */
            value: string;
            unit: string;
            /**
             * Format: date-time
             * @description when the value was true
             */
            readAt: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            receivedAt: string;
            /** @enum {string} */
            quality: "good" | "suspect" | "quarantined";
            /** @description IEC 61968-9 quality codes */
            codes: string[];
            /** @description what the rules had to say */
            findings: {
                rule: string;
                verdict: string;
                severity: number;
                codes: string[];
                evidence: string;
                /** @description of the rule */
                version?: number;
                /** @description what was held against each other, the older first */
                samples?: {
                    obis: string;
                    /** @enum {string} */
                    kind: "freeze" | "poll";
                    /** @description exact, as the meter counts */
                    value: string;
                    unit: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                }[];
                /** @description what was exceeded */
                limit?: {
                    value: string;
                    unit: string;
                };
            }[];
            /** @description seconds from then to this answer */
            ageSeconds: number;
            /** @description older than two of its intervals: an old value, not a fresh one */
            stale: boolean;
        };
        FactsShown: {
            meter: string;
            address: string;
            /** @description as the meter tells it of itself */
            number: string;
            account: string;
            pairing: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                from: string;
                reference: string;
            };
            /** @enum {string} */
            customer: "residents" | "others";
            arrears: {
                /** @description what is owed, exact */
                amount: string;
                currency: string;
                /** @description of the ledger: the last payment that is in it */
                credits: number;
            };
            /** @description what the arrears rest on; shown, and no part of the digest */
            read: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                register: string;
                /** @description exact, as the meter counts */
                value: string;
            };
            policy: {
                name: string;
                edition: string;
                digest: string;
            };
            protections: {
                /** @enum {string} */
                class: "life_support" | "elderly_alone" | "low_income" | "public_service" | "finance_paid" | "important_user" | "bankruptcy" | "legal_hold" | "billing_dispute" | "temporary_hold";
                from: string;
                to: string | null;
                authorityReference: string | null;
                visited: string | null;
            }[];
            /**
             * Format: date-time
             * @description when it was delivered
             */
            firstNotice: string;
        };
        Order: {
            order: string;
            /** @enum {string} */
            kind: "cut" | "restore";
            /** @enum {string} */
            intended: "open" | "close-allowed" | "closed";
            account: string;
            meter: string;
            address: string;
            number: string;
            line: string;
            transformer: string | null;
            /** @enum {string} */
            state: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            since: string;
            /** @description of the state */
            because: {
                code: string;
                text: string;
            } | null;
            requestedBy: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requestedAt: string;
            reason: string;
            ticket: string | null;
            batch: string | null;
            /** @description no frame of it leaves */
            isRehearsal: boolean;
            /** @description frames that left or may have; of a cut one at most */
            attempts: number;
            /** @description the last of them */
            sent: {
                attempt: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deadline: string;
                /** @description eight hex digits the meter writes into its own record */
                operator: string;
                /** @description what the meter told right before; null where it does not tell */
                before: {
                    isOpen: boolean | null;
                    trips: number | null;
                    closes: number | null;
                    hasLoad: boolean | null;
                };
                answer: ("accepted" | "refused" | "silent") | null;
            } | null;
            /** @description when something is done next if nothing happens before */
            dueAt: string | null;
            supersededBy: string | null;
            /**
             * @description what billing is to take it for: a cut is one only when it is proved, before that `not-cut`
             * @enum {string}
             */
            takenFor: "not-cut" | "unknown" | "cut" | "restoring" | "restored";
            /** @description of a cut: not sent by then it never is */
            expiresAt: string | null;
            /** @description of `facts` */
            digest: string | null;
            /** @description of a cut: as approved; before that, as shown last */
            facts: components["schemas"]["FactsShown"] | null;
            shown: {
                to: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            approved: {
                by: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            /** @description the second notice, and when the cut may leave by it */
            noticed: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deliveredAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                earliest: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                latest: string;
            } | null;
            /** @description what billing said at the last final check: by whom, and when it was so */
            billing: {
                says: ("unpaid" | "paid") | null;
                by: string;
                at: string | null;
                text: string;
            } | null;
            cause: ("payment" | "hold" | "dispute" | "protection" | "wrongful" | "asked") | null;
            countsFrom: string | null;
            lateness: ("on-time" | "slow" | "late" | "escalated" | "unlawful") | null;
            waitedSeconds: number | null;
            /** @description when somebody was asked to drive there */
            fieldOrderAt: string | null;
            confirmation: {
                by: string;
                how: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
        };
        NumberedOrder: {
            sequence: number;
            order: string;
            /** @enum {string} */
            kind: "cut" | "restore";
            /** @enum {string} */
            intended: "open" | "close-allowed" | "closed";
            account: string;
            meter: string;
            address: string;
            number: string;
            line: string;
            transformer: string | null;
            /** @enum {string} */
            state: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            since: string;
            /** @description of the state */
            because: {
                code: string;
                text: string;
            } | null;
            requestedBy: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requestedAt: string;
            reason: string;
            ticket: string | null;
            batch: string | null;
            /** @description no frame of it leaves */
            isRehearsal: boolean;
            /** @description frames that left or may have; of a cut one at most */
            attempts: number;
            /** @description the last of them */
            sent: {
                attempt: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deadline: string;
                /** @description eight hex digits the meter writes into its own record */
                operator: string;
                /** @description what the meter told right before; null where it does not tell */
                before: {
                    isOpen: boolean | null;
                    trips: number | null;
                    closes: number | null;
                    hasLoad: boolean | null;
                };
                answer: ("accepted" | "refused" | "silent") | null;
            } | null;
            /** @description when something is done next if nothing happens before */
            dueAt: string | null;
            supersededBy: string | null;
            /**
             * @description what billing is to take it for: a cut is one only when it is proved, before that `not-cut`
             * @enum {string}
             */
            takenFor: "not-cut" | "unknown" | "cut" | "restoring" | "restored";
            /** @description of a cut: not sent by then it never is */
            expiresAt: string | null;
            /** @description of `facts` */
            digest: string | null;
            /** @description of a cut: as approved; before that, as shown last */
            facts: components["schemas"]["FactsShown"] | null;
            shown: {
                to: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            approved: {
                by: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            /** @description the second notice, and when the cut may leave by it */
            noticed: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deliveredAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                earliest: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                latest: string;
            } | null;
            /** @description what billing said at the last final check: by whom, and when it was so */
            billing: {
                says: ("unpaid" | "paid") | null;
                by: string;
                at: string | null;
                text: string;
            } | null;
            cause: ("payment" | "hold" | "dispute" | "protection" | "wrongful" | "asked") | null;
            countsFrom: string | null;
            lateness: ("on-time" | "slow" | "late" | "escalated" | "unlawful") | null;
            waitedSeconds: number | null;
            /** @description when somebody was asked to drive there */
            fieldOrderAt: string | null;
            confirmation: {
                by: string;
                how: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
        };
        OrderChange: {
            /** @constant */
            type: "order.changed";
            /** @description grows, with gaps; a change has one for good */
            sequence: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            order: string;
            /** @enum {string} */
            kind: "cut" | "restore";
            /** @enum {string} */
            intended: "open" | "close-allowed" | "closed";
            account: string;
            meter: string;
            /** @enum {string} */
            state: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            since: string;
            /** @description of the state */
            because: {
                code: string;
                text: string;
            } | null;
            /**
             * @description what billing is to take it for: a cut is one only when it is proved, before that `not-cut`
             * @enum {string}
             */
            takenFor: "not-cut" | "unknown" | "cut" | "restoring" | "restored";
            /** @description of a restore, at the time of the change */
            service: {
                /** @enum {string} */
                cause: "payment" | "hold" | "dispute" | "protection" | "wrongful" | "asked";
                /**
                 * Format: date-time
                 * @description of a restore: all its times are counted from here
                 */
                countsFrom: string;
                /**
                 * @description by `waitedSeconds`: `slow` from 15 min on, `late` 30 min, `escalated` 2 h, `unlawful` 24 h
                 * @enum {string}
                 */
                lateness: "on-time" | "slow" | "late" | "escalated" | "unlawful";
                /** @description until it was done, or until now */
                waitedSeconds: number;
                /** @description when somebody was asked to drive there */
                fieldOrderAt: string | null;
            } | null;
            reason: string;
            ticket: string | null;
            batch: string | null;
            supersededBy: string | null;
            isRehearsal: boolean;
        };
        OrderStep: {
            step: number;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            event: string;
            /** @enum {string} */
            state: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
            by: string;
            /** @description SHA-256 of the order after it, as its entry has it too */
            digest: string;
            /** @description number of its entry in the journal */
            journal: number;
        };
        OrderLooked: {
            order: string;
            /** @enum {string} */
            kind: "cut" | "restore";
            /** @enum {string} */
            intended: "open" | "close-allowed" | "closed";
            account: string;
            meter: string;
            address: string;
            number: string;
            line: string;
            transformer: string | null;
            /** @enum {string} */
            state: "requested" | "approved" | "armed" | "checking" | "sending" | "confirmed" | "refused" | "not-sent" | "unconfirmed" | "manual" | "not-executed" | "withdrawn" | "expired" | "quarantined" | "superseded" | "rehearsed" | "close-allowed" | "restored";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            since: string;
            /** @description of the state */
            because: {
                code: string;
                text: string;
            } | null;
            requestedBy: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requestedAt: string;
            reason: string;
            ticket: string | null;
            batch: string | null;
            /** @description no frame of it leaves */
            isRehearsal: boolean;
            /** @description frames that left or may have; of a cut one at most */
            attempts: number;
            /** @description the last of them */
            sent: {
                attempt: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deadline: string;
                /** @description eight hex digits the meter writes into its own record */
                operator: string;
                /** @description what the meter told right before; null where it does not tell */
                before: {
                    isOpen: boolean | null;
                    trips: number | null;
                    closes: number | null;
                    hasLoad: boolean | null;
                };
                answer: ("accepted" | "refused" | "silent") | null;
            } | null;
            /** @description when something is done next if nothing happens before */
            dueAt: string | null;
            supersededBy: string | null;
            /**
             * @description what billing is to take it for: a cut is one only when it is proved, before that `not-cut`
             * @enum {string}
             */
            takenFor: "not-cut" | "unknown" | "cut" | "restoring" | "restored";
            /** @description of a cut: not sent by then it never is */
            expiresAt: string | null;
            /** @description of `facts` */
            digest: string | null;
            /** @description of a cut: as approved; before that, as shown last */
            facts: components["schemas"]["FactsShown"] | null;
            shown: {
                to: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            approved: {
                by: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            /** @description the second notice, and when the cut may leave by it */
            noticed: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                deliveredAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                earliest: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                latest: string;
            } | null;
            /** @description what billing said at the last final check: by whom, and when it was so */
            billing: {
                says: ("unpaid" | "paid") | null;
                by: string;
                at: string | null;
                text: string;
            } | null;
            cause: ("payment" | "hold" | "dispute" | "protection" | "wrongful" | "asked") | null;
            countsFrom: string | null;
            lateness: ("on-time" | "slow" | "late" | "escalated" | "unlawful") | null;
            waitedSeconds: number | null;
            /** @description when somebody was asked to drive there */
            fieldOrderAt: string | null;
            confirmation: {
                by: string;
                how: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
            } | null;
            /** @description to a key of `approve`: what it may approve within `approval.selectFor` */
            now: {
                digest: string | null;
                /** @description null where they are not all known */
                facts: components["schemas"]["FactsShown"] | null;
                /** @description what is another than was approved; times in it are UTC milliseconds */
                changes: {
                    fact: string;
                    was: unknown;
                    is: unknown;
                }[];
                /** @description all that was asked, passed or not */
                interlocks: components["schemas"]["Interlock"][];
            } | null;
            /** @description of a restore: what keeps the customer’s button from closing it, by the money left in the meter; null where nothing is known to */
            heldOpen: {
                /** @description exact, as the meter counts */
                remaining: string;
                /** @description exact, as the meter counts */
                closesAbove: string;
                unit: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                readAt: string;
                /**
                 * Format: date-time
                 * @description when the meter told the allow-close amount
                 */
                auditedAt: string;
                text: string;
            } | null;
            steps: components["schemas"]["OrderStep"][];
        };
        SupplyState: {
            /** @description the kill switch, as it was set over the API */
            stopped: {
                by: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                reason: string;
            } | null;
            /** @description whether its file is there; null: not known, and then nobody is cut */
            stopFile: boolean | null;
            fuse: {
                blown: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    at: string;
                    text: string;
                } | null;
                resetAskedBy: string | null;
            };
            /** @description `supply.orders.dryRun`: no frame leaves */
            isRehearsal: boolean;
            /** @description After the store was restored from a copy, or rescued: relays that were seen open, and no order tells why. Null where none was needed. */
            search: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                beganAt: string;
                /** @description null: some are still to be looked at */
                endedAt: string | null;
                open: {
                    meter: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with the site's offset
                     */
                    seenAt: string;
                    /** @description by the meter's record and clock */
                    openedAt: string | null;
                    operator: string | null;
                }[];
                /** @description meters that have not answered, or do not tell */
                unseen: string[];
            } | null;
        };
        MonitoringPoints: {
            /** @description null: meters that hang on no area */
            area: string | null;
            classes: {
                /** @enum {string} */
                class: "dwelling" | "shop" | "industry";
                /** @description of this class in the area */
                meters: number;
                /** @description those whose phase voltages are polled */
                points: string[];
            }[];
            /** @description classes that have meters there and no point */
            missing: ("dwelling" | "shop" | "industry")[];
        };
        Evidence: {
            reading: components["schemas"]["Reading"];
            line: string;
            /** @description how often the very same value came again */
            duplicates: number;
            /** @description other values kept for the same register, kind and slot */
            versions: components["schemas"]["Reading"][];
            exchanges: {
                /** @description bytes sent, hex */
                request: string;
                /** @description bytes received, hex */
                reply: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                sentAt: string;
                receivedAt: string | null;
                outcome: string;
                /** @description this reply holds the value */
                carried: boolean;
            }[];
            /** @description where it was released: as a register of a boundary, or as the final or initial read of a series */
            releases: {
                /** @description in the book of releases */
                sequence: number;
                batch: number;
                version: number;
                /** @enum {string} */
                as: "register" | "final" | "initial";
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                boundary: string;
            }[];
        };
        Declarations: {
            declared: {
                name: string;
                is: boolean;
                /**
                 * Format: date-time
                 * @description when it was declared
                 */
                at: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                until: string;
                source: string | null;
                by: string;
            }[];
        };
        SafeguardEntry: {
            /** @description of all accounts */
            sequence: number;
            /** @description empty where it is of all */
            account: string;
            /** @enum {string} */
            kind: "notice" | "receipt" | "visit" | "unreachable" | "cleared" | "protection" | "change" | "changed" | "list" | "listed" | "declared";
            /** @description the notice, the protection or the condition */
            about: string;
            /**
             * Format: date-time
             * @description when it was so
             */
            at: string;
            facts: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description when it came, by our own clock
             */
            recordedAt: string;
            by: string;
            /** @description of the notice, after it */
            standing: ("required" | "undelivered" | "unreachable" | "delivered" | "cleared" | "replaced") | null;
        };
        Visit: {
            visit: string;
            notice: string | null;
            /** @enum {string} */
            result: "handed" | "posted" | "not-met";
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            at: string;
            photo: string | null;
            who: string;
        };
        Receipt: {
            receipt: string;
            channel: string;
            /** @enum {string} */
            result: "delivered" | "failed" | "unknown";
            /**
             * Format: date-time
             * @description by the channel
             */
            at: string;
            /**
             * Format: date-time
             * @description by our own clock
             */
            receivedAt: string;
        };
        Notice: {
            notice: string;
            /** @enum {string} */
            which: "first" | "second";
            channels: string[];
            tries: number;
            template: string;
            order: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requiredAt: string;
            /** @enum {string} */
            standing: "required" | "undelivered" | "unreachable" | "delivered" | "cleared" | "replaced";
            deliveredAt: string | null;
            visitRequiredAt: string | null;
            /** @description when nothing was owed any more */
            clearedAt: string | null;
            receipts: components["schemas"]["Receipt"][];
        };
        Protection: {
            protection: string;
            /** @enum {string} */
            class: "life_support" | "elderly_alone" | "low_income" | "public_service" | "finance_paid" | "important_user" | "bankruptcy" | "legal_hold" | "billing_dispute" | "temporary_hold";
            from: string;
            to: string | null;
            source: string;
            authorityReference: string | null;
            by: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            enteredAt: string;
        };
        AccountSafeguards: {
            account: string;
            /** @description false where an entry is damaged: then nobody is cut */
            isWhole: boolean;
            /** @description whether two keys have said that all protected customers are entered; without it nobody is cut */
            protectionsKnown: boolean;
            notices: components["schemas"]["Notice"][];
            visits: components["schemas"]["Visit"][];
            protections: components["schemas"]["Protection"][];
            /** @description changes that wait for another key */
            proposed: {
                sequence: number;
                protection: string;
                to?: string | null;
                authorityReference?: string;
                reason: string;
                by: string;
            }[];
        };
        NoticeRequired: {
            sequence: number;
            /** @constant */
            type: "notice.required";
            account: string;
            notice: string;
            /** @enum {string} */
            which: "first" | "second";
            channels: string[];
            tries: number;
            template: string;
            order: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requiredAt: string;
            /** @enum {string} */
            standing: "required" | "undelivered" | "unreachable" | "delivered" | "cleared" | "replaced";
        };
        VisitRequired: {
            sequence: number;
            account: string;
            notice: string;
            /** @enum {string} */
            which: "first" | "second";
            because: string;
            /**
             * Format: date-time
             * @description ISO 8601 with the site's offset
             */
            requiredAt: string;
            /** @description supply points of the account now */
            points: string[];
        };
        CutFacts: {
            /** @enum {string} */
            customer?: "residents" | "others";
            arrears?: {
                /** @description exact, as the meter counts */
                amount: string;
                currency: string;
            };
            read?: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                at: string;
                /** @enum {string} */
                quality: "actual" | "estimated" | "suspect";
            };
            meterClock?: {
                offBySeconds: number;
            };
            /** @enum {string} */
            gatewayTime: "trusted" | "doubted";
            firstNotice?: ("none" | "sent") | {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                delivered: string;
            };
            secondNotice?: ("none" | "sent") | {
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                delivered: string;
            };
            protections?: {
                /** @enum {string} */
                class: "life_support" | "elderly_alone" | "low_income" | "public_service" | "finance_paid" | "important_user" | "bankruptcy" | "legal_hold" | "billing_dispute" | "temporary_hold";
                from: string;
                to?: string;
                authorityReference?: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                visited?: string;
            }[];
            declared?: {
                [key: string]: boolean;
            };
        };
        Sink: {
            name: string;
            /** @enum {string} */
            state: "idle" | "delivering" | "failing";
            /** @description everything up to this sequence number is accepted or parked */
            cursor: number;
            owed: number;
            /** @description since the start of the daemon, like `rejected` */
            delivered: number;
            rejected: number;
            lastAcceptedAt: string | null;
            fault: {
                code: string;
                text: string;
                hint: string;
            } | null;
        };
        ParkedItem: {
            sequence: number;
            /** @description id of the reading; null when it is gone */
            reading: string | null;
            meter: string | null;
            /** @description the sink's own words */
            reason: string;
        };
        VoltageQuality: {
            meter: string;
            obis: string;
            /** @description V, by the nameplate and the agreed transformers */
            nominal: string;
            /** @description exact, as the meter counts */
            low: string;
            /** @description exact, as the meter counts */
            high: string;
            /** @description periods due and over */
            expected: number;
            received: number;
            /** @description good, and from half to 1.3 times nominal */
            valid: number;
            within: number;
            over: number;
            under: number;
            overMinutes: number;
            underMinutes: number;
            lowest: {
                /** @description exact, as the meter counts */
                value: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                slot: string;
            } | null;
            highest: {
                /** @description exact, as the meter counts */
                value: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with the site's offset
                 */
                slot: string;
            } | null;
            /** @description percent with two decimals, rounded down */
            completeness: string;
            /**
             * @description insufficient: too few samples for a figure; what is missing is never good
             * @enum {string}
             */
            verdict: "sufficient" | "insufficient";
            /** @description within of valid; null where insufficient */
            compliance: string | null;
            /** @description samples lie exactly on a limit as no supply does: somebody clamps them */
            piledUpAt: ("low" | "high")[];
            /** @description where the samples are, to count again */
            samples: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
