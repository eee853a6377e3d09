export const chat = 'M4 5.5h16v11h-9l-4.5 3.5v-3.5H4z';
export const close = 'M6 6l12 12M18 6L6 18';
export const down = 'M6 9.5l6 6 6-6';
export const send = 'M5 12L4 4.5 21 12 4 19.5 5 12zM5 12h8';
export const bot = 'M5 9h14v9H5zM12 9V5M10.5 4.5h3M9 13v1.5M15 13v1.5M2.5 12.5v2M21.5 12.5v2';
export const person = 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5';
export const clock = 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2';
export const warning = 'M12 4l9 16H3zM12 10v4.5M12 17v.2';
